import type pg from 'pg';
import type { Replay } from '../../contracts/dr-promotion/replay.ts';
import { InstanceNotAvailableError } from '../../errors.ts';

const marked = '/* pg-gameday:replay */';

/** Of a physical replica. Throws InstanceNotAvailableError when the server replays no log. */
export async function readReplay(client: pg.ClientBase, instanceId: string): Promise<Replay> {
  const { rows } = await client.query<{
    lsn: string | null;
    received: string | null;
    commit: Date | null;
    now: Date;
    snapshot: string;
  }>(
    `${marked} select pg_last_wal_replay_lsn()::text as lsn, pg_last_wal_receive_lsn()::text as received,
       pg_last_xact_replay_timestamp() as commit, clock_timestamp() as now,
       pg_current_snapshot()::text as snapshot where pg_is_in_recovery()`,
  );
  const [row] = rows;
  if (row?.lsn == null)
    throw new InstanceNotAvailableError(`'${instanceId}' replays no log, a read replica is required`, {
      hints: ['Was it promoted already?'],
    });
  return {
    lsn: row.lsn,
    receivedLsn: row.received,
    lastCommitAt: row.commit?.toISOString() ?? null,
    at: row.now.toISOString(),
    snapshot: row.snapshot,
  };
}

/**
 * Where the log of a primary ends: everything that was committed before lies before it. A commit of our own comes first, so that
 * what others committed without waiting for the disk (synchronous_commit = off) is flushed, too.
 */
export async function readWalEnd(client: pg.ClientBase): Promise<{ readonly lsn: string; readonly at: string }> {
  await commitOne(client);
  const { rows } = await client.query<{ lsn: string; now: Date }>(
    `${marked} select pg_current_wal_flush_lsn()::text as lsn, clock_timestamp() as now`,
  );
  const [row] = rows;
  if (row === undefined) throw new InstanceNotAvailableError('the primary reports no end of its log');
  return { lsn: row.lsn, at: row.now.toISOString() };
}

/** How far a primary has written its log. */
export async function readWalPosition(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ lsn: string }>(`${marked} select pg_current_wal_lsn()::text as lsn`);
  if (rows[0] === undefined) throw new InstanceNotAvailableError('the primary reports no end of its log');
  return rows[0].lsn;
}

/** Commits a transaction with an id of its own, and so with a record in the log; fails where that cannot be. */
export async function commitOne(client: pg.ClientBase): Promise<string> {
  await client.query('begin read write');
  await client.query(`${marked} set local synchronous_commit = on`);
  await client.query(`${marked} select pg_current_xact_id()`);
  await client.query('commit');
  const { rows } = await client.query<{ now: Date }>(`${marked} select clock_timestamp() as now`);
  return (rows[0]?.now ?? new Date()).toISOString();
}

export async function isReplica(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ replica: boolean }>(`${marked} select pg_is_in_recovery() as replica`);
  return rows[0]?.replica === true;
}
