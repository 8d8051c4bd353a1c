import type pg from 'pg';
import { OperationError } from '../../errors.ts';
import { portableSum, readPortableColumns } from '../portable/portable-sums.ts';

/** A fenced primary and its drained replica hold different rows: somebody writes past the fence. */
export class SidesDifferError extends OperationError {
  override readonly name = 'SidesDifferError';
}

export type Compared = {
  readonly tables: number;
  readonly rows: string;
  readonly uncompared: number;
  readonly differing: readonly string[];
};

/** The smaller come first: most tables are compared although the outage that this costs is bounded. */
const tablesSql = `/* pg-gameday:compare-sides */
select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as "table"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'gameday')
  and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
order by pg_relation_size(c.oid), 1`;

/**
 * Count and portable hash of every table on both sides, while nobody writes to either, for as long as `mayGoOn` says. The schema gameday is
 * left out: the fence itself writes there.
 */
export async function compareSides(primary: pg.Client, replica: pg.Client, mayGoOn: () => boolean): Promise<Compared> {
  const { rows: listed } = await primary.query<{ table: string }>(tablesSql);
  const names = listed.map(({ table }) => table);
  const [ours, theirs] = [await readPortableColumns(primary, names), await readPortableColumns(replica, names)];
  const differing: string[] = [];
  let [tables, rows] = [0, 0n];
  for (const table of names) {
    if (!mayGoOn()) break;
    const [here, there] = [ours.get(table), theirs.get(table)];
    tables += 1;
    if (here === undefined || there === undefined) {
      differing.push(table);
      continue;
    }
    const [one, other] = await Promise.all([portableSum(primary, table, here), portableSum(replica, table, there)]);
    rows += BigInt(one.rows);
    if (one.rows !== other.rows || one.sum !== other.sum) differing.push(table);
  }
  return { tables, rows: String(rows), uncompared: names.length - tables, differing };
}
