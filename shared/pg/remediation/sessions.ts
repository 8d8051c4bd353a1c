import type pg from 'pg';
import type { SessionTarget } from '../../contracts/remediation/remediation.ts';
import type { SessionReading, WaitReading } from '../../domain/remediation/blockers.ts';
import type { IdleReading, StatementReading } from '../../domain/remediation/sessions.ts';

const waitsSql = `/* pg-gameday:remedy-waits */
select l.pid, pg_catalog.pg_blocking_pids(l.pid) as blockers,
       coalesce(extract(epoch from pg_catalog.clock_timestamp() - l.waitstart), 0)::pg_catalog.float8 as seconds
  from pg_catalog.pg_locks l where not l.granted`;

/** Of every database: a lock may be held by a session of another one. */
const columns = `a.pid, a.backend_start::pg_catalog.text as "backendStart", a.backend_type as "backendType", a.usename as "user", a.datname as database,
       coalesce(a.application_name, '') as application, a.state, a.xact_start::pg_catalog.text as "transactionStart",
       extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::pg_catalog.float8 as "transactionSeconds",
       coalesce((select r.rolsuper from pg_catalog.pg_roles r where r.oid = a.usesysid), false) as "isSuperuser"`;

const sessionsSql = `/* pg-gameday:remedy-sessions */
select ${columns} from pg_catalog.pg_stat_activity a where a.pid = any ($1::pg_catalog.int4[])`;

export async function readBlocking(
  client: pg.Client,
): Promise<{ readonly waits: readonly WaitReading[]; readonly sessions: readonly SessionReading[] }> {
  const { rows: waits } = await client.query<WaitReading>(waitsSql);
  const pids = [...new Set(waits.flatMap(({ blockers }) => blockers))];
  const { rows: sessions } = await client.query<SessionReading>(sessionsSql, [pids]);
  return { waits, sessions };
}

const idleSql = `/* pg-gameday:remedy-idle */
select ${columns}, a.state_change::pg_catalog.text as "stateChange",
       extract(epoch from pg_catalog.clock_timestamp() - a.state_change)::pg_catalog.float8 as "idleSeconds"
  from pg_catalog.pg_stat_activity a
 where a.state in ('idle in transaction', 'idle in transaction (aborted)') and a.datname = pg_catalog.current_database()
 order by a.state_change limit 50`;

export const readIdle = async (client: pg.Client): Promise<readonly IdleReading[]> =>
  (await client.query<IdleReading>(idleSql)).rows;

/** Of both, in whichever schema it is; statements without an id are nobody's. */
const statementsSql = (statements: string) => `/* pg-gameday:remedy-statements */
select ${columns}, a.query_start::pg_catalog.text as "queryStart", a.query_id::pg_catalog.text as "queryId",
       extract(epoch from pg_catalog.clock_timestamp() - a.query_start)::pg_catalog.float8 as "runsSeconds",
       u.calls, u.mean, u.deviation
  from pg_catalog.pg_stat_activity a
  left join lateral (select pg_catalog.sum(s.calls)::pg_catalog.float8 as calls, pg_catalog.max(s.mean_exec_time)::pg_catalog.float8 / 1000 as mean,
      pg_catalog.max(s.stddev_exec_time)::pg_catalog.float8 / 1000 as deviation
    from ${statements} s where s.queryid = a.query_id and s.dbid = a.datid) u on true
 where a.state = 'active' and a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()
   and a.datname = pg_catalog.current_database() and a.query_start is not null
 order by a.query_start limit 50`;

/** Undefined where pg_stat_statements is not there: nothing is known of how long a statement usually takes. */
export async function readStatements(client: pg.Client): Promise<readonly StatementReading[] | undefined> {
  const { rows } = await client.query<{ view: string }>(`/* pg-gameday:remedy-extension */
select pg_catalog.format('%I.pg_stat_statements', n.nspname) as view from pg_catalog.pg_extension e
  join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'`);
  const [found] = rows;
  return found === undefined ? undefined : (await client.query<StatementReading>(statementsSql(found.view))).rows;
}

/** The session, by everything that makes it the one that was found: a pid is given again, a pooled session goes on to the next client. */
const exactly = `a.pid = $1::pg_catalog.int4 and a.backend_start = $2::pg_catalog.timestamptz and a.usename = $4::pg_catalog.name
    and a.backend_type = 'client backend' and a.datname = pg_catalog.current_database()`;

/** One statement each: what is asked again holds when the signal goes out. */
const acts = {
  blocker: `/* pg-gameday:end-root-blocker */
with target as materialized (select a.pid from pg_catalog.pg_stat_activity a
  where ${exactly} and a.xact_start = $3::pg_catalog.timestamptz and pg_catalog.cardinality(pg_catalog.pg_blocking_pids(a.pid)) = 0
    and exists (select from pg_catalog.pg_locks l where not l.granted and a.pid = any (pg_catalog.pg_blocking_pids(l.pid))))
select pg_catalog.pg_terminate_backend(t.pid) as "isSent" from target t`,
  idle: `/* pg-gameday:end-idle-in-transaction */
with target as materialized (select a.pid from pg_catalog.pg_stat_activity a
  where ${exactly} and a.state_change = $3::pg_catalog.timestamptz and a.state in ('idle in transaction', 'idle in transaction (aborted)'))
select pg_catalog.pg_terminate_backend(t.pid) as "isSent" from target t`,
  statement: `/* pg-gameday:cancel-runaway-statement */
with target as materialized (select a.pid from pg_catalog.pg_stat_activity a
  where ${exactly} and a.query_start = $3::pg_catalog.timestamptz and a.state = 'active' and a.query_id::pg_catalog.text = $5::pg_catalog.text)
select pg_catalog.pg_cancel_backend(t.pid) as "isSent" from target t`,
} as const;
export type SessionAct = keyof typeof acts;

/** False when the session is not any more what was found. */
export async function signalSession(client: pg.Client, act: SessionAct, target: SessionTarget): Promise<boolean> {
  const { pid, backendStart, since, user, queryId } = target;
  const values = [pid, backendStart, since, user, ...(act === 'statement' ? [queryId] : [])];
  const { rows } = await client.query<{ isSent: boolean }>(acts[act], values);
  return rows[0]?.isSent === true;
}

const afterSql = `/* pg-gameday:remedy-after */
select exists (select from pg_catalog.pg_stat_activity a where a.pid = $1::pg_catalog.int4 and a.backend_start = $2::pg_catalog.timestamptz) as "isThere",
       exists (select from pg_catalog.pg_stat_activity a where a.pid = $1::pg_catalog.int4 and a.backend_start = $2::pg_catalog.timestamptz
         and a.state = 'active' and a.query_start = $3::pg_catalog.timestamptz) as "isRunning",
       (select pg_catalog.count(*) from pg_catalog.pg_locks l where not l.granted
          and l.waitstart < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $4::pg_catalog.float8))::pg_catalog.int4 as "stillWait"`;

export type SessionAfter = { readonly isThere: boolean; readonly isRunning: boolean; readonly stillWait: number };

/** Whether the session, its statement and waits that are older than so many seconds are still there. */
export async function readAfter(client: pg.Client, target: SessionTarget, seconds: number): Promise<SessionAfter> {
  const values = [target.pid, target.backendStart, target.since, seconds];
  const { rows } = await client.query<SessionAfter>(afterSql, values);
  return rows[0] ?? { isThere: true, isRunning: true, stillWait: 1 };
}
