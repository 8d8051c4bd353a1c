import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DrillServer } from '../../sandbox/alarm-drill/drill-server.ts';
import { findClientTools } from '../../sandbox/postgres/client-tools.ts';
import { findFreePort } from '../../sandbox/postgres/free-port.ts';
import { poll } from '../../sandbox/postgres/poll.ts';
import { type Cost, costOf, median } from './server-time.ts';

const run = promisify(execFile);
const role = 'peer';
const password = 'a-password';

/** A collector of others as Debian packages it; undefined where it is not installed. */
export type Peer = {
  readonly name: string;
  readonly version: string;
  readonly perTable: boolean;
  cost(passes: number): Promise<Cost>;
};

const onPath = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((directory) => path.join(directory, program))
    .find((file) => existsSync(file));

/** The role that they log in as: what their manuals ask for. */
export async function makePeerRole(server: DrillServer): Promise<void> {
  await server.asSuperuser((client) =>
    client.query(`create role ${role} login password '${password}' in role pg_monitor, pg_read_all_data`),
  );
}

/** postgres_exporter: one scrape by HTTP. */
export async function exporter(server: DrillServer): Promise<Peer | undefined> {
  const program = onPath('prometheus-postgres-exporter') ?? onPath('postgres_exporter');
  if (program === undefined) return undefined;
  const { stdout, stderr } = await run(program, ['--version']);
  return {
    name: 'postgres_exporter',
    version: /version (\S+)/.exec(stdout + stderr)?.[1]?.replace(/,$/, '') ?? 'unknown',
    perTable: false,
    async cost(passes) {
      const port = await findFreePort();
      const source = `host=${server.master.host} port=${server.master.port} user=${role} password=${password} dbname=app sslmode=disable`;
      const child = spawn(program, [`--web.listen-address=127.0.0.1:${port}`], {
        env: { ...process.env, DATA_SOURCE_NAME: source },
        stdio: 'ignore',
      });
      try {
        const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        const answered = await poll(20_000, async () => await scrape().catch(() => undefined));
        if (!answered?.includes('pg_up 1')) throw new Error('postgres_exporter does not reach the server');
        const costs: Cost[] = [];
        for (let pass = 0; pass < passes; pass += 1) costs.push(await costOf(server, role, scrape));
        return median(costs);
      } finally {
        const ended = once(child, 'exit');
        child.kill();
        await ended;
      }
    },
  };
}

/** What is alike to our measures: one process each, as a monitoring system calls it. */
const actions = [
  ...[
    'autovac_freeze',
    'backends',
    'bloat',
    'checkpoint',
    'commitratio',
    'connection',
    'database_size',
    'disabled_triggers',
  ],
  ...[
    'hitratio',
    'last_analyze',
    'last_autoanalyze',
    'last_autovacuum',
    'last_vacuum',
    'locks',
    'prepared_txns',
    'query_time',
  ],
  ...[
    'replication_slots',
    'sequence',
    'settings_checksum',
    'table_size',
    'index_size',
    'txn_idle',
    'txn_time',
    'txn_wraparound',
  ],
  'wal_files',
];

export async function checkPostgres(server: DrillServer): Promise<Peer | undefined> {
  const program = onPath('check_postgres');
  if (program === undefined) return undefined;
  const { stdout } = await run(program, ['--version']);
  const { psql } = await findClientTools(18);
  const env = {
    ...process.env,
    PATH: `${path.dirname(psql)}${path.delimiter}${process.env['PATH'] ?? ''}`,
    PGPASSWORD: password,
  };
  const words = [`--host=${server.master.host}`, `--port=${server.master.port}`, `--dbuser=${role}`, '--dbname=app'];
  return {
    name: `check_postgres, ${actions.length} actions`,
    version: /version (\S+)/.exec(stdout)?.[1] ?? 'unknown',
    perTable: true,
    async cost(passes) {
      const pass = async () => {
        // Its exit code is its verdict.
        for (const action of actions)
          await run(program, [`--action=${action}`, ...words], { env }).catch(() => undefined);
      };
      const costs: Cost[] = [];
      for (let count = 0; count < passes; count += 1) costs.push(await costOf(server, role, pass));
      return median(costs);
    },
  };
}
