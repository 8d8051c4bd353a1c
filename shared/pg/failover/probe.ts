import type pg from 'pg';
import type { Probe, SlotState } from '../../contracts/failover-drill/failover-drill.ts';
import { failoverProbeDeadline } from '../../deadlines.ts';
import { coerceError } from '../../errors.ts';
import { type ConnectionTarget, connect } from '../session/connect.ts';

/** The row of the heartbeat in which each try writes its own time: what was acknowledged must be there afterwards. */
const row = 'failover-drill';

const readSql = `/* pg-gameday:failover */ select h.beat::float8 as beat from gameday.heartbeat h where h.name = $1`;
const writeSql = `/* pg-gameday:failover */ insert into gameday.heartbeat as h (name, beat, at, lsn, xid)
values ($1, $2, clock_timestamp(), pg_current_wal_lsn(), pg_current_xact_id())
on conflict (name) do update set beat = greatest(h.beat, excluded.beat), at = excluded.at, lsn = excluded.lsn, xid = excluded.xid`;

/** One try as an application makes it: connect, read what was acknowledged, write. Given up after two seconds; it never throws. */
export async function probe(
  target: ConnectionTarget,
  acknowledged: number | null,
  now: () => number = Date.now,
): Promise<Probe> {
  const at = now();
  const seen: { reached: Probe['reached']; lost: number | null } = { reached: 'nothing', lost: null };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer'), failoverProbeDeadline);
  });
  const tried = tryOnce(target, at, acknowledged, seen).catch((thrown: unknown) => shortly(coerceError(thrown)));
  const error = await Promise.race([tried, late]).finally(() => clearTimeout(timer));
  return { at, endedAt: now(), error, reached: seen.reached, lost: seen.lost };
}

async function tryOnce(
  target: ConnectionTarget,
  at: number,
  acknowledged: number | null,
  seen: { reached: Probe['reached']; lost: number | null },
): Promise<null> {
  const options = { purpose: 'rehearses a fail-over', statementTimeout: failoverProbeDeadline };
  const client = await connect(target, options);
  try {
    seen.reached = 'connected';
    const { rows } = await client.query<{ beat: number }>(readSql, [row]);
    if (acknowledged !== null && (rows[0]?.beat ?? 0) < acknowledged) seen.lost = acknowledged;
    await client.query(writeSql, [row, at]);
    seen.reached = 'wrote';
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const shortly = ({ name, message }: Error) => `${name}: ${message.split('\n')[0]}`.slice(0, 200);

/** When the server was started, its slots, and where its log ends. */
export async function readServer(client: pg.ClientBase) {
  const { rows } = await client.query<{ startedAt: string; lsn: string }>(
    '/* pg-gameday:failover */ select pg_postmaster_start_time()::text as "startedAt", pg_current_wal_lsn()::text as lsn',
  );
  const { rows: slots } = await client.query<SlotState>(
    `/* pg-gameday:failover */ select slot_name::text as name, slot_type = 'logical' as "isLogical", active as "isActive"
       from pg_replication_slots where not temporary order by 1`,
  );
  const [one] = rows;
  if (one === undefined) throw new Error('a query of one row has none');
  return { ...one, slots };
}

/** Slots that somebody reads and that have been read up to `lsn`. */
export async function readConfirmed(client: pg.ClientBase, lsn: string) {
  const { rows } = await client.query<SlotState & { isConfirmed: boolean }>(
    `/* pg-gameday:failover */ select slot_name::text as name, slot_type = 'logical' as "isLogical", active as "isActive",
       coalesce(confirmed_flush_lsn, restart_lsn) >= $1::pg_lsn as "isConfirmed" from pg_replication_slots where not temporary order by 1`,
    [lsn],
  );
  return rows;
}
