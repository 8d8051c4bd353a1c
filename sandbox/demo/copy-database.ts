import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findClientTools } from '../postgres/client-tools.ts';
import { CommandFailedError, runCommand } from '../postgres/command.ts';
import { checkSource, readSourceUrl } from './source-url.ts';

/** A dump and its restore may take long; nobody waits longer than this at a laptop. Milliseconds. */
const longest = 60 * 60_000;

/**
 * Copies a database by pg_dump and pg_restore. The source is only read. Owners and privileges are left out, because
 * the source's roles do not exist here. Answers what was copied, in words.
 */
export async function copyDatabase(
  from: string,
  to: pg.ClientConfig,
  certificateAuthority: string,
  onStep: (text: string) => void,
): Promise<string> {
  const source = readSourceUrl(from);
  const sourceMajor = await checkSource(source);
  const { rows: here } = await queryAt(to, "select current_setting('server_version_num')::int / 10000 as major");
  const tools = await findClientTools(Math.max(sourceMajor, Number(here[0]?.['major'])));
  const directory = await mkdtemp(path.join(tmpdir(), 'pg-gameday-copy-'));
  try {
    const file = path.join(directory, 'database.dump');
    onStep('pg_dump');
    const dumping = ['--format=custom', '--no-owner', '--no-privileges', `--file=${file}`, source.withoutPassword];
    await runCommand(tools.pgDump, dumping, {
      timeout: longest,
      env: { ...process.env, ...(source.password === undefined ? {} : { PGPASSWORD: source.password }) },
    });
    onStep('pg_restore');
    const target = [`--host=${to.host}`, `--port=${to.port}`, `--username=${to.user}`, `--dbname=${to.database}`];
    const env = {
      ...process.env,
      PGPASSWORD: String(to.password),
      PGSSLMODE: 'verify-ca',
      PGSSLROOTCERT: certificateAuthority,
    };
    const refused = await runCommand(tools.pgRestore, ['--no-owner', '--no-privileges', '--jobs=2', ...target, file], {
      timeout: longest,
      env,
    }).then(
      () => '',
      (error: unknown) => {
        // pg_restore goes on after an object that it cannot make (an extension that is not here) and reports at the end.
        if (error instanceof CommandFailedError && error.message.includes('errors ignored on restore'))
          return error.message;
        throw error;
      },
    );
    const { rows: size } = await queryAt(to, 'select pg_database_size(current_database()) as bytes');
    const dumped = Math.round((await stat(file)).size / 1e6);
    const ignored = /errors ignored on restore: (\d+)/.exec(refused)?.[1];
    const remark = ignored === undefined ? '' : `, ${ignored} objects could not be made here`;
    return `copied ${Math.round(Number(size[0]?.['bytes']) / 1e6)} MB, dump of ${dumped} MB${remark}`;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function queryAt(config: pg.ClientConfig, sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ application_name: 'pg-gameday copy', connectionTimeoutMillis: 10_000, ...config });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql);
  } finally {
    await client.end();
  }
}
