import type { HashMethod } from '../contracts/witness.ts';
import type { BlockRange } from '../domain/chunks.ts';
import type { XidRange } from '../domain/transaction-ids.ts';

/**
 * SQL of the row hash. `record_send` gives the bytes of the binary protocol: byte-exact, independent of session
 * settings; it distinguishes what `=` and hash_record_extended(t) do not (numeric 1.0 and 1.00, float -0 and 0).
 * PostgreSQL 18 hashes bytea by itself, without the detour of a record: 480 to 530 ms instead of 630 to 690 ms.
 * Types without a binary form (aclitem, gtsvector) are hashed by their text.
 * The sum of bigint accumulates in 128 bits: no overflow, no order.
 * `gd_row.*` stays the whole row even when a column bears the alias's name.
 */
const hashOf: Record<HashMethod, string> = {
  record_send: 'hash_record_extended(row(record_send(gd_row.*)), 0)',
  'record_send 18': 'hashbyteaextended(record_send(gd_row.*), 0)',
  text: 'hashtextextended((gd_row.*)::text, 0)',
};

/**
 * Transactions from S1's xmin on that S2 may see. Both ends are fixed, so that source and copy choose the same rows:
 * ids come again after 2^32, and a row frozen long ago may bear one that only the source has reached by now.
 */
export const isYoung = ({ oldest, beyond }: XidRange, column = 'xmin') =>
  `age(${column}) <= age('${oldest}'::xid) and age(${column}) > age('${beyond}'::xid)`;

const within = ({ firstBlock, endBlock }: BlockRange) =>
  `ctid >= '(${firstBlock},0)'::tid${endBlock === null ? '' : ` and ctid < '(${endBlock},0)'::tid`}`;

export type HashedTable = { readonly table: string; readonly method: HashMethod };

export function sumSql({ table, method }: HashedTable, range: BlockRange): string {
  return `/* pg-gameday:fingerprint */
select count(*)::text as rows, coalesce(sum(hash), 0)::text as sum
from (select ${hashOf[method]} as hash from only ${table} as gd_row where ${within(range)}) as hashed`;
}

/** As `sumSql`, and how many of the rows are young. */
export function sumAndCountYoungSql({ table, method }: HashedTable, range: BlockRange, young: XidRange): string {
  return `/* pg-gameday:fingerprint */
select count(*)::text as rows, coalesce(sum(hash), 0)::text as sum, (count(*) filter (where young))::int as young
from (select ${hashOf[method]} as hash, ${isYoung(young)} as young
      from only ${table} as gd_row where ${within(range)}) as hashed`;
}

/** The row versions of a range that satisfy `condition`, at most `limit` of them. */
export function listSql({ table, method }: HashedTable, range: BlockRange, condition: string, limit: number): string {
  return `/* pg-gameday:list */
select ctid::text as ctid, xmin::text as xmin, xmax::text as xmax, ${hashOf[method]}::text as hash
from only ${table} as gd_row where ${within(range)} and (${condition}) limit ${limit}`;
}

/** Those of the given row positions that are visible. */
export function lookUpSql({ table, method }: HashedTable, ctids: readonly string[]): string {
  return `/* pg-gameday:look-up */
select ctid::text as ctid, xmin::text as xmin, ${hashOf[method]}::text as hash
from only ${table} as gd_row where ctid = any('{${ctids.map((ctid) => `"${ctid}"`).join(',')}}'::tid[])`;
}
