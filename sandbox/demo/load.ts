import { readFile } from 'node:fs/promises';
import pg from 'pg';

export type LoadProgress = {
  readonly title: string;
  /** From 0 to 1. */
  readonly fraction: number;
  readonly rows: number;
};

export type LoadOptions = {
  /** Size of the finished database, indexes included; 3 MB is the smallest that holds every kind of object. */
  readonly megabytes?: number;
  readonly seed?: number;
  readonly onProgress?: (progress: LoadProgress) => void;
};

export type LoadedDemo = {
  readonly rows: number;
  /** Growth of the database on disk. */
  readonly bytes: number;
};

/** Measured on PostgreSQL 18: what does not grow with the number of games, and what one game costs with its lines. */
const FIXED_BYTES = 6_500_000;
const BYTES_PER_GAME = 6_950;
const BLOCKS = 10;

/**
 * Fills an empty database with the demo: everything in one transaction, the same rows for the same seed. Needs what
 * the master user of RDS has: CREATEROLE, and the right to create trusted extensions. Not a superuser. What it makes
 * belongs to the role demo_owner; the application is demo_app, which has no password until `loginOfApplication`.
 */
export async function loadDemo(
  target: pg.ClientBase | pg.ClientConfig,
  options: LoadOptions = {},
): Promise<LoadedDemo> {
  if ('query' in target && typeof target.query === 'function') {
    return await load(target as pg.ClientBase, options);
  }
  const client = new pg.Client({ application_name: 'pg-gameday demo', ...target });
  await client.connect();
  try {
    return await load(client, options);
  } finally {
    await client.end();
  }
}

async function load(client: pg.ClientBase, options: LoadOptions): Promise<LoadedDemo> {
  const { megabytes = 200, seed = 1, onProgress } = options;
  const games = Math.max(270, Math.round((megabytes * 1e6 - FIXED_BYTES) / BYTES_PER_GAME));
  const users = Math.max(200, Math.min(2_000, megabytes * 10));
  const before = await databaseSize(client);

  const steps = planSteps(games);
  const total = steps.reduce((sum, step) => sum + step.weight, 0);
  let done = 0;
  let rows = 0;

  await client.query('begin');
  try {
    await prepareSession(client, { games, users, seed });
    for (const step of steps) {
      onProgress?.({ title: step.title, fraction: done / total, rows });
      rows += await runFile(client, step);
      done += step.weight;
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  await client.query('analyze');
  onProgress?.({ title: 'loaded', fraction: 1, rows });
  return { rows, bytes: (await databaseSize(client)) - before };
}

type Step = {
  readonly title: string;
  readonly file: string;
  readonly weight: number;
  readonly games?: readonly [number, number];
};

function planSteps(games: number): Step[] {
  const blocks = Array.from({ length: BLOCKS }, (_, block): readonly [number, number] => [
    Math.floor((games * block) / BLOCKS) + 1,
    Math.floor((games * (block + 1)) / BLOCKS),
  ]);
  return [
    { title: 'roles and schemas', file: 'schema/01-roles-and-schemas.sql', weight: 1 },
    { title: 'types', file: 'schema/02-types.sql', weight: 1 },
    { title: 'tables of the league', file: 'schema/03-league.sql', weight: 1 },
    { title: 'tables of the fantasy game', file: 'schema/04-fantasy.sql', weight: 1 },
    { title: 'partitions', file: 'schema/05-stats.sql', weight: 1 },
    { title: 'audit log', file: 'schema/06-audit.sql', weight: 1 },
    { title: 'names that need quotes', file: 'schema/07-odd-names.sql', weight: 1 },
    { title: 'clubs and players', file: 'data/01-people-and-clubs.sql', weight: 3 },
    { title: 'users, teams and rosters', file: 'data/02-fantasy.sql', weight: 3 },
    { title: 'games', file: 'data/03-games.sql', weight: 3 },
    ...blocks.flatMap((block): Step[] => [
      { title: 'stat lines', file: 'data/04-stat-lines.sql', weight: 5, games: block },
      { title: 'feed and audit', file: 'data/05-feed-and-audit.sql', weight: 1, games: block },
    ]),
    { title: 'indexes, triggers and views', file: 'schema/08-after-load.sql', weight: 30 },
    { title: 'row-level security and privileges', file: 'schema/09-security.sql', weight: 1 },
  ];
}

async function prepareSession(
  client: pg.ClientBase,
  plan: { games: number; users: number; seed: number },
): Promise<void> {
  await client.query(`
    set local synchronous_commit = off;
    set local maintenance_work_mem = '128MB';
    set local timezone = 'UTC';
    set local demo.games = ${plan.games};
    set local demo.users = ${plan.users};
    -- A number below "choices" that depends on nothing but its arguments and the seed.
    create function pg_temp.pick(n bigint, salt integer, choices bigint) returns bigint language sql immutable
      as 'select (hashint8extended(n + (salt::bigint << 40), ${plan.seed}) & 9223372036854775807) % choices'`);
}

/** Runs a file and counts the rows that its INSERTs wrote. */
async function runFile(client: pg.ClientBase, step: Step): Promise<number> {
  if (step.games !== undefined) {
    await client.query(`set local demo.first_game = ${step.games[0]}; set local demo.last_game = ${step.games[1]}`);
  }
  const sql = await readFile(new URL(step.file, import.meta.url), 'utf8');
  // Several statements in one text give an array of results, which pg does not declare.
  const results: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
  return [results].flat().reduce((sum, result) => sum + (result.command === 'INSERT' ? (result.rowCount ?? 0) : 0), 0);
}

async function databaseSize(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ size: string }>('select pg_database_size(current_database()) as size');
  return Number(rows[0]?.size);
}
