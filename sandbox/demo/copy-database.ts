import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findClientTools } from '../postgres/client-tools.ts';
import { CommandFailedError, commandLine, lastLines } from '../postgres/command.ts';
import { pinSession, searchPathsOf, takeInventory } from './inventory.ts';
import { compareLoading, type Loading } from './loading.ts';
import { restoreArchive, runTool } from './restore-archive.ts';
import { sourceClient } from './source-client.ts';
import { checkSource, readSourceUrl } from './source-url.ts';

/** A dump and its restore may take long; nobody waits longer than this at a laptop. Milliseconds. */
const longest = 60 * 60_000;

export type CopiedDatabase = {
  /** What was copied, in words. */
  readonly reported: string;
  readonly loading: Loading;
};

/**
 * Copies a database by pg_dump and pg_restore, and compares what arrived with what the snapshot of the dump holds. The
 * source is only read. Owners and privileges are left out, because the source's roles do not exist here.
 */
export async function copyDatabase(
  from: string,
  to: pg.ClientConfig,
  certificateAuthority: string,
  onStep: (text: string) => void,
): Promise<CopiedDatabase> {
  const source = readSourceUrl(from);
  const sourceMajor = await checkSource(source);
  const { rows: here } = await queryAt(to, "select current_setting('server_version_num')::int / 10000 as major");
  const tools = await findClientTools(Math.max(sourceMajor, Number(here[0]?.['major'])));
  const directory = await mkdtemp(path.join(tmpdir(), 'pg-gameday-copy-'));
  const reader = new pg.Client({ ...named, ...(await sourceClient(from, source)) });
  reader.on('error', () => undefined);
  try {
    await reader.connect();
    const searchPaths = await searchPathsOf(reader);
    await pinSession(reader);
    await reader.query('begin isolation level repeatable read read only');
    const { rows: exported } = await reader.query<{ id: string }>('select pg_export_snapshot() as id');
    const archive = path.join(directory, 'database.dump');
    onStep('pg_dump');
    const dumping = [
      ...['--format=custom', '--no-owner', '--no-privileges', '--no-password', `--file=${archive}`],
      ...[`--snapshot=${exported[0]?.id}`, `--dbname=${source.conninfo}`],
    ];
    const dumped = await runTool(tools.pgDump, dumping, {
      timeout: longest,
      env: source.environment,
    });
    if (dumped.code !== 0) {
      const command = commandLine(tools.pgDump, dumping);
      throw new CommandFailedError(`command '${command}' ended with '${dumped.code}'\n${lastLines(dumped.stderr)}`);
    }
    const expected = await takeInventory(reader, (table) => onStep(`reads ${table} of your database`));
    await reader.query('commit');
    const refused = await restoreArchive({
      tools,
      archive,
      directory,
      target: [`--host=${to.host}`, `--port=${to.port}`, `--username=${to.user}`, `--dbname=${to.database}`],
      env: {
        // What the environment says of the source, as PGSERVICE or PGHOSTADDR, would lead the restore there.
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
        PGPASSWORD: String(to.password),
        PGSSLMODE: 'verify-ca',
        PGSSLROOTCERT: certificateAuthority,
      },
      searchPaths,
      timeout: longest,
      onStep,
    });
    const observed = await sessionAt(to, async (client) => {
      await pinSession(client);
      return takeInventory(client, (table) => onStep(`compares ${table}`));
    });
    const loading = compareLoading(expected, observed, refused);
    const { rows: size } = await queryAt(to, 'select pg_database_size(current_database()) as bytes');
    const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    const remark = loading.summary === undefined ? 'and compared' : `BUT ${loading.summary}`;
    const reported = `copied ${megabytes(Number(size[0]?.['bytes']))}, dump of ${megabytes((await stat(archive)).size)}, ${remark}`;
    return { reported, loading };
  } finally {
    await reader.end().catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  }
}

const named = { application_name: 'pg-gameday copy', connectionTimeoutMillis: 10_000 };

const queryAt = (config: pg.ClientConfig, sql: string): Promise<pg.QueryResult<Record<string, unknown>>> =>
  sessionAt(config, (client) => client.query<Record<string, unknown>>(sql));

async function sessionAt<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...named, ...config });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
