import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { MissedPause, WriterPause } from '../../contracts/witness.ts';
import {
  pauseLead,
  pauseLockDeadline,
  pauseMargin,
  pauseSilence,
  pauseTransaction,
  pauseTries,
} from '../../deadlines.ts';
import { leavesRoom, nextPause } from '../../domain/backup/pause.ts';
import { wholeSecond } from '../../domain/restore/moment.ts';
import { coerceError } from '../../errors.ts';
import { type ConnectionTarget, connect } from '../session/connect.ts';
import type { PreparedSnapshot } from '../session/exported-snapshot.ts';
import { isLockError } from '../witness/locked-tables.ts';
import { isMoving } from '../witness/patient-read.ts';
import { bookkeeping } from '../witness/relations.ts';

/** What of a pause is known when S1 is there: `locked` are the tables by oid. */
export type Paused = Pick<WriterPause, 'at' | 'milliseconds' | 'tries'> & { readonly locked: ReadonlySet<number> };

export type PauseRequest = {
  /** As gameday_maintain, which may lock every table and read none. */
  readonly target: ConnectionTarget;
  /** A session of the reader, which sees who stands in the way. */
  readonly reader: pg.Client;
  prepare(): Promise<PreparedSnapshot>;
  /** Takes over the snapshot that was taken while nobody could write. */
  keep(snapshot: Awaited<ReturnType<PreparedSnapshot['take']>>): void;
  readonly tries?: number;
};

/**
 * Takes S1 while no transaction can write to a table, up to a whole second: method M1. The locks are asked for shortly before
 * that second, at once and in one order, and let go right after it; what cannot be had within `pauseLockDeadline` is let go
 * again, so that no writer queues behind us for longer. The server ends the session when its client falls silent meanwhile.
 *
 * Every transaction that wrote to a locked table has its commit in the log before the locks were granted, which was before
 * that second; none can have one from then until after it. So a restore to that second holds what S1 shows of these tables.
 */
export async function pauseWriters(request: PauseRequest): Promise<Paused | MissedPause> {
  let missed = '';
  const { tries = pauseTries } = request;
  for (let one = 1; one <= tries; one += 1) {
    const found = await tryPause(request);
    if ('locked' in found) return { ...found, tries: one };
    missed = found.missed;
    if (!found.again) return { missed, tries: one };
  }
  return { missed, tries };
}

type Missed = { readonly missed: string; readonly again: boolean };

async function tryPause(request: PauseRequest): Promise<Omit<Paused, 'tries'> | Missed> {
  const snapshot = await request.prepare();
  let isKept = false;
  let oids: number[] = [];
  let client: pg.Client | undefined;
  try {
    client = await connect(request.target, { purpose: 'pauses writers' });
    const { rows: tables } = await client.query<LockableTable>(lockableSql, [bookkeeping]);
    const [place] = (await client.query<ServerState>(stateSql)).rows;
    if (place === undefined) throw new Error('a query of settings returned no row');
    if (tables.length === 0) return { missed: 'the role of capabilities.maintain may lock no table', again: false };
    if (!leavesRoom(tables.length, place))
      return { missed: `${tables.length} locks are more than half of the server's table of locks`, again: false };
    if (place.deadlock <= 2 * pauseLockDeadline)
      return {
        missed: `deadlock_timeout is ${place.deadlock} ms: a writer could be rolled back for a lock of ours`,
        again: false,
      };
    oids = tables.map(({ oid }) => oid);
    const { wait, moment } = nextPause(place.now, pauseLead);
    await delay(wait);
    const asked = performance.now();
    const granted = await lock(client, tables);
    if (granted.now >= moment) return { missed: 'the locks came after the second was over', again: true };
    const taken = await snapshot.take();
    const isOver = await awaitAndRelease(client, moment);
    const milliseconds = performance.now() - asked;
    if (!isOver) {
      await taken.release();
      return { missed: 'the clock of the server was set back', again: true };
    }
    isKept = true;
    request.keep(taken);
    return { at: wholeSecond(new Date(moment)), milliseconds, locked: new Set(granted.locked) };
  } catch (thrown) {
    const error = coerceError(thrown);
    // Of whoever stands in the way: before anything of it can have ended.
    await client?.end().catch(() => {});
    if (isBusy(error)) return { missed: await inTheWay(request.reader, oids), again: true };
    return { missed: `${error.name}: ${error.message}`, again: isMoving(error) };
  } finally {
    // With the session go its locks, whatever has happened.
    await client?.end().catch(() => {});
    if (!isKept) await snapshot.discard();
  }
}

type LockableTable = { readonly oid: number; readonly name: string };
type ServerState = { now: number; deadlock: number; perTransaction: number; connections: number; prepared: number };

/**
 * Ordinary tables and leaves of partitioned ones that this role may lock. A partitioned table has no rows, a view locks what is
 * below it, and an unlogged table is in no backup.
 */
const lockableSql = `/* pg-gameday:pause */
select c.oid::int8::float8 as oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence = 'p'
  and ((n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema') or c.oid = 'pg_largeobject'::regclass)
  and quote_ident(n.nspname) || '.' || quote_ident(c.relname) <> all ($1::text[])
  and has_schema_privilege(n.oid, 'USAGE')
  and has_table_privilege(c.oid, case when current_setting('server_version_num')::int4 < 170000
    then 'UPDATE, DELETE, TRUNCATE' else 'UPDATE, DELETE, TRUNCATE, MAINTAIN' end)
order by n.nspname collate "C", c.relname collate "C"`;

const stateSql = `/* pg-gameday:pause */
select (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
  (select setting::int4 from pg_settings where name = 'deadlock_timeout') as deadlock,
  current_setting('max_locks_per_transaction')::int4 as "perTransaction", current_setting('max_connections')::int4 as connections,
  current_setting('max_prepared_transactions')::int4 as prepared`;

/** One statement and one deadline for all tables; what was really locked is asked of the server, because names may move. */
async function lock(client: pg.Client, tables: readonly LockableTable[]): Promise<{ now: number; locked: number[] }> {
  const statements = [
    'begin read only',
    `set local statement_timeout = ${pauseLockDeadline}`,
    `set local lock_timeout = ${pauseLockDeadline}`,
    `set local idle_in_transaction_session_timeout = ${pauseSilence}`,
    `select set_config(name, '${pauseTransaction}', true) from pg_settings where name = 'transaction_timeout'`,
    `lock table ${tables.map(({ name }) => `only ${name}`).join(', ')} in share mode`,
    `select (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
  array(select relation::int8::float8 from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and mode = 'ShareLock' and granted
    and database = (select oid from pg_database where datname = current_database())) as locked`,
  ];
  const results = (await client.query(
    `/* pg-gameday:pause */ ${statements.join(';\n')}`,
  )) as unknown as pg.QueryResult[];
  const row = results.at(-1)?.rows[0] as { now: number; locked: number[] } | undefined;
  if (row === undefined) throw new Error('a query of locks returned no row');
  return row;
}

/** In one round trip, so that a slow client makes nobody wait. Answers whether the moment was really over. */
async function awaitAndRelease(client: pg.Client, moment: number): Promise<boolean> {
  const until = moment + pauseMargin;
  const now = '(extract(epoch from clock_timestamp()) * 1000)';
  const results =
    (await client.query(`/* pg-gameday:pause */ set local statement_timeout = ${pauseLead + 2 * pauseMargin};
select pg_sleep(greatest(0, ${until} - ${now}) / 1000.0);
select ${now} >= ${until} as over;
commit`)) as unknown as pg.QueryResult[];
  const row = results.at(-2)?.rows[0] as { over: boolean } | undefined;
  return row?.over === true;
}

/** lock_timeout, statement_timeout, deadlock: somebody has one of the tables. */
const isBusy = (error: Error) => isLockError(error) || (error as { code?: string }).code === '57014';

/** The oldest transaction that keeps a table from being locked. */
async function inTheWay(reader: pg.Client, oids: readonly number[]): Promise<string> {
  const { rows } = await reader.query<{ who: string; table: string; seconds: number }>(
    `/* pg-gameday:pause */
select coalesce(a.usename, a.backend_type, 'a prepared transaction') as who, l.relation::regclass::text as table,
  round(extract(epoch from clock_timestamp() - a.xact_start))::int4 as seconds
from pg_locks l left join pg_stat_activity a on a.pid = l.pid
where l.granted and l.locktype = 'relation' and l.relation = any ($1::int8[]::oid[])
  and l.database = (select oid from pg_database where datname = current_database())
  and l.mode not in ('AccessShareLock', 'RowShareLock', 'ShareLock')
  and (l.pid is null or a.xact_start is not null)
order by l.pid is null desc, a.xact_start limit 1`,
    [oids.map(String)],
  );
  const [found] = rows;
  if (found === undefined) return `not every table could be locked within ${pauseLockDeadline} ms`;
  return `'${found.table}' was in use for longer than ${pauseLockDeadline} ms by '${found.who}', whose transaction is open for ${found.seconds ?? 0} s`;
}
