import type pg from 'pg';
import { OperationError } from '../../errors.ts';

/** RDS has promoted it, and a client is not where it should be. */
export class PromotionNotConfirmedError extends OperationError {
  override readonly name = 'PromotionNotConfirmedError';
}

const marked = '/* pg-gameday:confirm */';

type Connected = <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;

/** Commits a transaction, and reads over another connection that it is committed there. */
export async function commitAndReadBack(
  connected: Connected,
): Promise<{ readonly transaction: string; readonly at: string }> {
  const transaction = await connected(async (client) => {
    await client.query('begin read write');
    await client.query(`${marked} set local synchronous_commit = on`);
    const { rows } = await client.query<{ id: string }>(`${marked} select pg_current_xact_id()::text as id`);
    await client.query('commit');
    return rows[0]?.id ?? '';
  });
  return connected(async (client) => {
    const { rows } = await client.query<{ status: string | null; now: Date }>(
      `${marked} select pg_xact_status($1::xid8) as status, clock_timestamp() as now`,
      [transaction],
    );
    const [row] = rows;
    if (row?.status !== 'committed')
      throw new PromotionNotConfirmedError(
        `transaction ${transaction} is '${row?.status}' there, 'committed' is required`,
      );
    return { transaction, at: row.now.toISOString() };
  });
}
