import type pg from 'pg';
import type { HashedColumn } from '../../contracts/witness.ts';
import { rowHashSql } from '../witness/column-hash.ts';
import type { ColumnFacts } from '../witness/columns.ts';
import { portableColumns, portableColumnsSql } from './portable-columns.ts';

/** Count and sum of the portable hashes of a table's rows: equal on every server that holds the same rows. */
export type PortableSum = { readonly rows: string; readonly sum: string };

/** The columns of each table, in their own order or in that of `names`; a table that is not there, or has other columns, is absent. */
export async function readPortableColumns(
  client: pg.Client,
  tables: readonly string[],
  names: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<Map<string, HashedColumn[]>> {
  const { rows } = await client.query<{ table: string; columns: ColumnFacts[] }>(portableColumnsSql, [tables]);
  return new Map(
    rows.flatMap(({ table, columns }) => {
      const found = portableColumns(columns, names.get(table));
      return found === undefined ? [] : [[table, found] as const];
    }),
  );
}

export const portableHashSql = (columns: readonly HashedColumn[]): string => rowHashSql(columns, 'portable');

/** Of the rows of one table, without those of its children. */
export async function portableSum(
  client: pg.Client,
  table: string,
  columns: readonly HashedColumn[],
): Promise<PortableSum> {
  const { rows } = await client.query<PortableSum>(`/* pg-gameday:portable-sum */
select count(*)::text as rows, coalesce(sum(hash), 0)::text as sum
from (select ${portableHashSql(columns)} as hash from only ${table} as gd_row) as hashed`);
  const [row] = rows;
  if (row === undefined) throw new Error(`the hash of '${table}' returned no row`);
  return row;
}
