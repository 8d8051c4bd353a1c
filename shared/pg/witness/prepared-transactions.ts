import type { PreparedTransaction } from '../../contracts/witness.ts';
import type { Row } from '../session/exported-snapshot.ts';

/** Of this database. They are shared memory and not rows: what is read is what is there now. */
export const preparedSql = `/* pg-gameday:prepared */
select gid, transaction::text as xid from pg_prepared_xacts where database = current_database() order by gid`;

export const parsePrepared = (rows: readonly Row[]): PreparedTransaction[] =>
  rows.map((row) => ({ gid: String(row['gid']), xid: String(row['xid']) }));
