import type { HashedColumn, HashMethod } from '../../contracts/witness.ts';
import type { BlockRange } from '../../domain/verification/chunks.ts';
import type { XidRange } from '../../domain/verification/transaction-ids.ts';
import { comparedRows } from './catalogue-rules.ts';
import { rowHashSql } from './column-hash.ts';

/**
 * Transactions from S1's xmin on that S2 may see. Both ends are fixed, so that source and copy choose the same rows:
 * ids come again after 2^32, and a row frozen long ago may bear one that only the source has reached by now.
 */
export const isYoung = ({ oldest, beyond }: XidRange, column = 'xmin') =>
  `age(${column}) <= (select age('${oldest}'::xid)) and age(${column}) > (select age('${beyond}'::xid))`;

/** The same on a copy, and what it has written itself since it was restored. */
export const isYoungOrOwn = ({ oldest }: XidRange) => `age(xmin) <= (select age('${oldest}'::xid)) and age(xmin) > 0`;

/** Of a catalogue, only the rows that a copy shares with its source. */
const ofInterest = (table: string) => {
  const condition = comparedRows(table);
  return condition === undefined ? '' : ` and ${condition}`;
};

const within = ({ firstBlock, endBlock }: BlockRange) =>
  `ctid >= '(${firstBlock},0)'::tid${endBlock === null ? '' : ` and ctid < '(${endBlock},0)'::tid`}`;

export type HashedTable = {
  readonly table: string;
  readonly method: HashMethod;
  readonly columns: readonly HashedColumn[];
};

export function sumSql({ table, method, columns }: HashedTable, range: BlockRange): string {
  return `/* pg-gameday:fingerprint */
select count(*)::text as rows, coalesce(sum(hash), 0)::text as sum
from (select ${rowHashSql(columns, method)} as hash from only ${table} as gd_row where ${within(range)}${ofInterest(table)}) as hashed`;
}

/** The row versions of a range that satisfy `condition`, at most `limit` of them. */
export function listSql(
  { table, method, columns }: HashedTable,
  range: BlockRange,
  condition: string,
  limit: number,
): string {
  return `/* pg-gameday:list */
select ctid::text as ctid, xmin::text as xmin, xmax::text as xmax, ${rowHashSql(columns, method)}::text as hash
from only ${table} as gd_row where ${within(range)} and (${condition})${ofInterest(table)} limit ${limit}`;
}

/** Those of the given row positions that are visible. */
export function lookUpSql({ table, method, columns }: HashedTable, ctids: readonly string[]): string {
  return `/* pg-gameday:look-up */
select ctid::text as ctid, xmin::text as xmin, ${rowHashSql(columns, method)}::text as hash
from only ${table} as gd_row where ctid = any('{${ctids.map((ctid) => `"${ctid}"`).join(',')}}'::tid[])${ofInterest(table)}`;
}
