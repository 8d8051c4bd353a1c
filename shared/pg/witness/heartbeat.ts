import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Heartbeat } from '../../contracts/witness.ts';
import { heartbeatDeadline, heartOutlives, lockPatience } from '../../deadlines.ts';
import {
  BackupAlreadyRunningError,
  coerceError,
  DatabaseNotBootstrappedError,
  TableLockedError,
} from '../../errors.ts';
import { refuseForeignObjects } from '../bootstrap/foreign-objects.ts';
import { type ConnectionTarget, connect } from '../session/connect.ts';
import { queryUnder, somebodyElseGoesOn } from '../session/exported-snapshot.ts';
import { isLockError } from './locked-tables.ts';

const heartbeatName = 'backup-and-verify';

const beatSql = `/* pg-gameday:heartbeat */
insert into gameday.heartbeat as h (name, beat, at, lsn, xid)
values ($1::text, 1, clock_timestamp(), pg_current_wal_insert_lsn(), pg_current_xact_id())
on conflict (name) do update
set beat = h.beat + 1, at = excluded.at, lsn = excluded.lsn, xid = excluded.xid
returning beat::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, lsn::text, xid::text`;

const readSql = `/* pg-gameday:heartbeat */
select beat::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, lsn::text, xid::text
from gameday.heartbeat where name = '${heartbeatName}'`;

/** One session that writes the heartbeat. Every beat is one committed transaction, flushed to WAL. */
export type Heart = {
  readonly beats: readonly Heartbeat[];
  /** Writes a beat now and returns it; rejects once a beat in the background has failed. */
  beat(): Promise<Heartbeat>;
  stop(): Promise<void>;
};

/**
 * Starts a beat each `interval` milliseconds. Only one run per database can hold the heart, from its first call to its
 * last: another one that begins meanwhile is refused, also between two calls, and the one that goes on waits for those that
 * are being refused at the moment.
 */
export async function startHeart(
  target: ConnectionTarget,
  { run, goesOn }: { readonly run: string; readonly goesOn: boolean },
  interval = 1000,
  patience = lockPatience,
): Promise<Heart> {
  const client = await connect(target, { purpose: 'heartbeat', statementTimeout: heartbeatDeadline });
  try {
    // A killed Lambda says no farewell: the server itself ends the session, and with it the lock, soon after.
    await client.query(`set synchronous_commit = 'on'; set idle_session_timeout = ${heartOutlives}`);
    const isFree =
      (await tryLock(client, goesOn ? heartOutlives : 0)) && (goesOn || !(await somebodyElseGoesOn(client, run)));
    if (!isFree) {
      throw new BackupAlreadyRunningError(`another backup-and-verify runs on database '${target.database}'`, {
        hints: [
          'Wait for the other execution, or stop it in the Step Functions console: what it held is let go within two minutes.',
        ],
      });
    }
    await refuseForeignObjects(client, target.user);
    return makeHeart(client, interval, patience);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** Milliseconds between two tries; who is refused holds the lock for one question. */
const tryAgainAfter = 200;

async function tryLock(client: pg.Client, patience: number): Promise<boolean> {
  const until = Date.now() + patience;
  for (;;) {
    const { rows } = await client.query<{ held: boolean }>(
      "/* pg-gameday:heartbeat */ select pg_try_advisory_lock(hashtextextended('pg-gameday:backup-and-verify', 0)) as held",
    );
    if (rows[0]?.held === true) return true;
    if (Date.now() >= until) return false;
    await delay(tryAgainAfter);
  }
}

function makeHeart(client: pg.Client, interval: number, patience: number): Heart {
  const beats: Heartbeat[] = [];
  let broken: unknown;
  let pending: Promise<unknown> = Promise.resolve();
  const beatOnce = async (): Promise<Heartbeat> => {
    if (broken !== undefined) throw broken;
    const { rows } = await client.query<Heartbeat>(beatSql, [heartbeatName]).catch((error: unknown) => {
      // Somebody vacuums the whole database, or takes its locks one by one: a beat that is left out harms nothing.
      if (isLockError(error)) throw error;
      broken = bootstrapError(error);
      throw broken;
    });
    const [row] = rows;
    if (row === undefined) throw new Error('the heartbeat returned no row');
    beats.push(row);
    return row;
  };
  const beat = () => {
    const next = pending.then(beatOnce, beatOnce);
    pending = next.catch(() => {});
    return next;
  };
  let isQueued = false;
  const timer = setInterval(() => {
    // Behind a lock they would pile up.
    if (isQueued) return;
    isQueued = true;
    void beat()
      .catch(() => {})
      .finally(() => {
        isQueued = false;
      });
  }, interval);
  return {
    beats,
    async beat() {
      for (const until = performance.now() + patience; ; ) {
        try {
          return await beat();
        } catch (thrown) {
          if (!isLockError(thrown)) throw thrown;
          if (performance.now() >= until) throw heartbeatLocked(thrown);
        }
      }
    },
    async stop() {
      clearInterval(timer);
      await pending;
      await client.end().catch(() => {});
    },
  };
}

/** The newest beat that a database holds, or a snapshot shows; on a copy, the last one before the snapshot's instant. */
export async function readHeartbeat(client: pg.Client, snapshotId?: string): Promise<Heartbeat | undefined> {
  const [[beat] = []] = await queryUnder(client, snapshotId, [readSql]).catch((error: unknown) => {
    throw bootstrapError(error);
  });
  return beat as Heartbeat | undefined;
}

const heartbeatLocked = (cause: unknown) =>
  new TableLockedError("table 'gameday.heartbeat' is locked by another session", {
    hints: ['Look for the lock in pg_locks: VACUUM FULL, CLUSTER, LOCK TABLE, or DDL in an open transaction.'],
    cause,
  });

function bootstrapError(thrown: unknown): Error {
  const cause = coerceError(thrown);
  const code = (cause as { code?: string }).code;
  // 42P01 undefined_table, 3F000 invalid_schema_name, 42501 insufficient_privilege
  if (code === '42P01' || code === '3F000' || code === '42501') {
    return new DatabaseNotBootstrappedError("the role cannot use table 'gameday.heartbeat'", {
      hints: ['Run the SQL of docs/bootstrap.md once in this database.'],
      cause,
    });
  }
  return cause;
}
