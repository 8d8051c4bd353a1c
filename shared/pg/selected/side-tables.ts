import pg from 'pg';
import type { TableDifference } from '../../contracts/restore/selected-objects.ts';
import { pipeCopy } from '../session/pipe-copy.ts';
import type { TargetTable } from './target-tables.ts';

/** Where restored rows wait beside the live ones; of the role that merges, who alone may see them. */
export const sideSchema = 'gameday_side';

/** A live table, and the side table with its restored rows. */
export type MergedPart = { readonly target: TargetTable; readonly side: string };

export const sideName = (run: string, index: number): string =>
  `${sideSchema}.${pg.escapeIdentifier(`${run}_${index + 1}`)}`;

/** Throws PostgreSQL's own refusal when the role may not create in the database. */
export async function makeSideSchema(client: pg.Client): Promise<void> {
  await client.query(`create schema if not exists ${sideSchema}`);
}

/**
 * Copies a table of the restored instance into a side table, piece by piece: memory stays flat. A second call begins with an empty one.
 * It is not logged: a crash empties it, and then the load is repeated.
 */
export async function loadSideTable(
  source: pg.Client,
  target: pg.Client,
  { table, columns, key }: TargetTable,
  side: string,
): Promise<bigint> {
  const list = columns.join(', ');
  await target.query(`drop table if exists ${side}`);
  await target.query(`create unlogged table ${side} as select ${list} from ${table} with no data`);
  const rows = await pipeCopy(source, `copy ${table} (${list}) to stdout`, target, `copy ${side} (${list}) from stdin`);
  await target.query(`alter table ${side} add primary key (${key.join(', ')})`);
  await target.query(`analyze ${side}`);
  return rows;
}

export async function dropSideTables(client: pg.Client, sides: readonly string[]): Promise<void> {
  for (const side of sides) await client.query(`drop table if exists ${side}`);
}

export const onKey = (key: readonly string[], one: string, other: string): string =>
  key.map((column) => `${one}.${column} = ${other}.${column}`).join(' and ');

/** Compares bytes, not what a type takes for equal. */
export const differs = (columns: readonly string[], one: string, other: string): string => {
  // Between two bare rows PostgreSQL would look for the operator of each pair of columns.
  const row = (of: string) => `row(${columns.map((column) => `${of}.${column}`).join(', ')})::record`;
  return `${row(one)} operator(pg_catalog.*<>) ${row(other)}`;
};

export async function countDifferences(
  client: pg.Client,
  { table, columns, key }: TargetTable,
  side: string,
): Promise<TableDifference> {
  const [first = ''] = key;
  const { rows } = await client.query<Omit<TableDifference, 'table'>>(`/* pg-gameday:differences */
select count(*) filter (where live.${first} is null)::text as missing,
  count(*) filter (where live.${first} is not null and side.${first} is not null and ${differs(columns, 'live', 'side')})::text as differing,
  count(*) filter (where side.${first} is null)::text as surplus
from only ${table} live full join ${side} side on ${onKey(key, 'live', 'side')}`);
  const [row] = rows;
  if (row === undefined) throw new Error(`the differences of '${table}' returned no row`);
  return { table, ...row };
}
