import pg from 'pg';
import type { HeldSnapshot } from '../../contracts/progress/witness-progress.ts';
import { BracketLostError, coerceError } from '../../errors.ts';
import { type ConnectionTarget, connect } from './connect.ts';

/**
 * A snapshot that a session holds open for others. The holder touches no user table and so locks none.
 * `text` is `xmin:xmax:xip_list` of pg_current_snapshot(), with 64-bit transaction ids.
 */
export type ExportedSnapshot = HeldSnapshot & {
  release(): Promise<void>;
  /** Keeps it open for at most `grace` milliseconds more, for another session to adopt it. */
  leave(grace: number): Promise<void>;
};

/**
 * Exports a snapshot for at most `deadline` milliseconds. The server itself ends the session after that
 * (idle_in_transaction_session_timeout), so that a killed Lambda cannot hold back vacuum.
 */
export async function exportSnapshot(
  target: ConnectionTarget,
  name: string,
  deadline: number,
): Promise<ExportedSnapshot> {
  return (await prepareSnapshot(target, name, deadline)).take();
}

/** A session that is ready to take a snapshot in one round trip; until then it sees nothing and holds nothing back. */
export type PreparedSnapshot = {
  take(): Promise<ExportedSnapshot>;
  /** Of one that was not taken, or that nobody wants. */
  discard(): Promise<void>;
};

/** For whoever must not wait for a login between two moments. */
export const prepareSnapshot = (target: ConnectionTarget, name: string, deadline: number): Promise<PreparedSnapshot> =>
  prepare(target, name, deadline, [], (row) => row);

/**
 * Takes a snapshot over from the session that holds it, and exports it again: the same rows under a new id. Throws
 * BracketLostError when nobody holds it any more. Source: PostgreSQL manual, SET TRANSACTION SNAPSHOT; an importing
 * transaction may itself export.
 */
export async function adoptSnapshot(
  target: ConnectionTarget,
  name: string,
  held: HeldSnapshot,
  deadline: number,
): Promise<ExportedSnapshot> {
  const adopt = [`set transaction snapshot ${pg.escapeLiteral(held.id)}`];
  try {
    return await (await prepare(target, name, deadline, adopt, ({ id }) => ({ ...held, id }))).take();
  } catch (thrown) {
    const error = coerceError(thrown);
    // The holder is gone: its id is unknown, or it ended in this moment.
    if (!['22023', '42704', '55000'].includes((error as { code?: string }).code ?? '')) throw error;
    throw new BracketLostError(`nobody ${name} any more`, {
      hints: ['The call before was the last for more than two minutes; the workflow repeats the bracket once.'],
      cause: error,
    });
  }
}

async function prepare(
  target: ConnectionTarget,
  name: string,
  deadline: number,
  first: readonly string[],
  reported: (row: HeldSnapshot) => HeldSnapshot,
): Promise<PreparedSnapshot> {
  const client = await connect(target, { purpose: name });
  try {
    await client.query(endAfter(deadline));
    await client.query('begin isolation level repeatable read read only');
    for (const statement of first) await client.query(statement);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return { take: () => take(client, reported), discard: () => client.end().catch(() => {}) };
}

async function take(client: pg.Client, reported: (row: HeldSnapshot) => HeldSnapshot): Promise<ExportedSnapshot> {
  try {
    const { rows } = await client.query<HeldSnapshot>(
      `/* pg-gameday:export-snapshot */
select pg_export_snapshot() as id, pg_current_snapshot()::text as text,
       to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
       pg_current_wal_insert_lsn()::text as lsn`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('pg_export_snapshot returned no row');
    return {
      ...reported(row),
      release: () => client.end().catch(() => {}),
      // Its last statement reports others that this snapshot waits for a call that goes on: `somebodyElseGoesOn`.
      leave: async (grace) => void (await client.query(`${leftMark} ${endAfter(grace)}`)),
    };
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

const leftMark = '/* pg-gameday:left */';

/** The sessions that hold a snapshot of one run; at most 63 bytes, as PostgreSQL keeps of a name. */
export const holderOf = (name: string, run: string): string => `holds ${name} of ${run}`.slice(0, 50);

/**
 * Whether a run other than this one is between two calls: its snapshot is left for the next. Asked by whoever has the
 * heart's lock, so that no call of another run is at work; what a killed function holds is not left and means nothing.
 */
export async function somebodyElseGoesOn(client: pg.Client, run: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `/* pg-gameday:left-snapshots */
select exists (select from pg_stat_activity
               where datname = current_database() and usename = current_user and state = 'idle in transaction'
                 and application_name like 'pg-gameday holds S1 of %' and application_name <> $1::text
                 and query like $2::text) as found`,
    [`pg-gameday ${holderOf('S1', run)}`, `${leftMark}%`],
  );
  return rows[0]?.found === true;
}

/**
 * Ends what the calls of a run have left, wherever their processes are, when it goes on no more: until their time is over, another run would
 * be refused.
 */
export async function endLeft(client: pg.Client, run: string): Promise<void> {
  await client.query(
    `/* pg-gameday:left-snapshots */
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and usename = current_user and state = 'idle in transaction'
  and application_name = any($1::text[]) and query like $2::text`,
    [['S1', 'S2'].map((name) => `pg-gameday ${holderOf(name, run)}`), `${leftMark}%`],
  );
}

/** At most 24 days, the most that the parameter takes. */
const endAfter = (milliseconds: number) =>
  `set idle_in_transaction_session_timeout = ${Math.floor(Math.min(Math.max(milliseconds, 1), 2_147_483_647))}`;

/** The beginning of a transaction that reads what the snapshot shows; without an id what is there now. */
export const beginUnder = (snapshotId: string | undefined): string[] => [
  'begin isolation level repeatable read read only',
  ...(snapshotId === undefined ? [] : [`set transaction snapshot ${pg.escapeLiteral(snapshotId)}`]),
];

/**
 * Runs statements under an exported snapshot in one round trip and one short transaction, so that a table is locked
 * (ACCESS SHARE) only while it is read; without an id under one of its own. Returns the rows of each statement.
 *
 * `guard` runs before it in a transaction of its own, which sees the catalogue of this moment; when it fails nothing else runs.
 * The transaction is rolled back: no setting, notification or temporary object of a function that it called outlives it.
 */
export async function queryUnder(
  client: pg.Client,
  snapshotId: string | undefined,
  statements: readonly string[],
  guard?: string,
): Promise<Row[][]> {
  const first = [...(guard === undefined ? [] : ['begin read only', guard, 'rollback']), ...beginUnder(snapshotId)];
  const text = [...first, ...statements, 'rollback'].join(';\n');
  try {
    const results = (await client.query(text)) as unknown as pg.QueryResult<Row>[];
    return results.slice(first.length, -1).map((result) => result.rows);
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

export type Row = Record<string, unknown>;
