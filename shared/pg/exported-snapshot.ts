import pg from 'pg';
import { type ConnectionTarget, connect } from './connect.ts';

/** A snapshot that a session holds open for others. The holder touches no user table and so locks none. */
export type ExportedSnapshot = {
  readonly id: string;
  /** `xmin:xmax:xip_list` of pg_current_snapshot(), 64-bit transaction ids. */
  readonly text: string;
  readonly at: string;
  readonly lsn: string;
  release(): Promise<void>;
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
  const client = await connect(target, { purpose: `holds ${name}` });
  try {
    await client.query(`set idle_in_transaction_session_timeout = ${Math.max(1, Math.floor(deadline))}`);
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ id: string; text: string; at: string; lsn: string }>(
      `/* pg-gameday:export-snapshot */
select pg_export_snapshot() as id, pg_current_snapshot()::text as text,
       to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
       pg_current_wal_insert_lsn()::text as lsn`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('pg_export_snapshot returned no row');
    return { ...row, release: () => client.end().catch(() => {}) };
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/**
 * Runs statements under an exported snapshot in one round trip and one short transaction, so that a table is locked
 * (ACCESS SHARE) only while it is read. Returns the rows of each statement.
 */
export async function queryUnder(
  client: pg.Client,
  snapshotId: string,
  statements: readonly string[],
): Promise<Row[][]> {
  const text = [
    'begin isolation level repeatable read read only',
    `set transaction snapshot ${pg.escapeLiteral(snapshotId)}`,
    ...statements,
    'commit',
  ].join(';\n');
  try {
    const results = (await client.query(text)) as unknown as pg.QueryResult<Row>[];
    return results.slice(2, -1).map((result) => result.rows);
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

export type Row = Record<string, unknown>;
