import type pg from 'pg';
import { TableLockedError } from '../../errors.ts';
import type { TargetTable } from './target-tables.ts';

/** A statement within the time that is left. */
export type Timed = <R extends pg.QueryResultRow = pg.QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<pg.QueryResult<R>>;

/**
 * Does `work` in one transaction that keeps writers off the tables, and lets readers read. Half of the time is for the lock, which others
 * queue behind, and half for the work: then everything is taken back. Triggers of users rest, and are as before afterwards.
 */
export async function inLockedTables<T>(
  client: pg.Client,
  tables: readonly TargetTable[],
  milliseconds: number,
  work: (query: Timed) => Promise<T>,
): Promise<T> {
  const half = Math.max(1, Math.floor(milliseconds / 2));
  await client.query('begin isolation level read committed');
  try {
    await client.query(`set local row_security = off; set local lock_timeout = ${half}`);
    const names = tables.map(({ table }) => `only ${table}`).sort();
    await client.query(`lock table ${names.join(', ')} in share row exclusive mode`);
    const until = performance.now() + half;
    const query: Timed = async (text, values = []) => {
      // All of it together: several short statements hold the lock as long as a long one.
      await client.query(`set local statement_timeout = ${Math.max(1, Math.floor(until - performance.now()))}`);
      return client.query(text, [...values]);
    };
    for (const { table, triggers } of tables)
      for (const { name } of triggers) await query(`alter table only ${table} disable trigger ${name}`);
    const done = await work(query);
    await query('set constraints all immediate');
    for (const { table, triggers } of tables)
      for (const { name, enable } of triggers) await query(`alter table only ${table} ${enable} trigger ${name}`);
    await client.query('commit');
    return done;
  } catch (thrown) {
    await client.query('rollback').catch(() => {});
    const { code } = thrown as { code?: string };
    // 55P03 lock_not_available, 57014 query_canceled by its timeout
    if (code !== '55P03' && code !== '57014') throw thrown;
    throw new TableLockedError(
      code === '55P03'
        ? `the tables were not free within ${half} ms`
        : `the merge was not done within ${half} ms of its lock, expected it to be`,
      {
        hints: [
          'Nothing was changed. Try again when less is written, or let writers wait longer: "lockMilliseconds" of the request.',
        ],
        cause: thrown,
      },
    );
  }
}
