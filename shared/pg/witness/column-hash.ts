import pg from 'pg';
import type { HashedColumn, HashMethod } from '../../contracts/witness.ts';

/**
 * SQL of the 64-bit hash of a row of `gd_row`, column by column; docs/decisions reports why it is exact.
 *
 * Columns that are declared NOT NULL form chains: the hash of one is the seed of the next. Should one be null all the
 * same, the chain is null and the record's bytes are hashed instead: NOT NULL makes it fast, and nothing rests on it.
 * Other columns are hashed each with a seed of its own; null gives 0. A last hash makes the sum over rows more than the
 * columns' own: rows that exchange values of one column would else change few of its bits.
 */
export function rowHashSql(columns: readonly HashedColumn[], method: HashMethod): string {
  const chained = columns.filter((column) => isStrict(column, method) && column.notNull);
  const single = columns.filter((column) => !chained.includes(column) && column.by !== 'record');
  const asRecord = columns.filter(({ by }) => by === 'record');
  const terms = [
    ...groupsOf(chained, chainLength).map(
      (group) => `coalesce(${chainSql(group, method)}, ${recordSql(group, method)})`,
    ),
    ...single.map((column) => `coalesce(${columnSql(column, seedOf(column), method)}, 0)`),
    ...(asRecord.length === 0 ? [] : [recordSql(asRecord, method)]),
  ];
  const [first = '0::int8'] = terms;
  return terms.length < 2 ? first : `hashint4extended(0, ${xorSql(terms)})`;
}

/** Nested calls cost the parser's stack; a table may have 1600 columns. */
const chainLength = 16;

/** A null that a record's hash turns into a number would not make the chain null. */
const isStrict = ({ by }: HashedColumn, method: HashMethod) =>
  by !== 'record' && by !== 'output' && (method === 'columns 18' || !by.startsWith('send '));

const chainSql = (columns: readonly HashedColumn[], method: HashMethod) =>
  columns.reduce((seed, column) => columnSql(column, seed, method), columns.slice(0, 1).map(seedOf).join());

const recordSql = (columns: readonly HashedColumn[], method: HashMethod) =>
  bytesSql(`record_send(row(${columns.map(referenceTo).join(', ')}))`, columns.slice(0, 1).map(seedOf).join(), method);

function xorSql(terms: readonly string[]): string {
  if (terms.length === 1) return terms.join();
  const half = Math.ceil(terms.length / 2);
  return `(${xorSql(terms.slice(0, half))} # ${xorSql(terms.slice(half))})`;
}

function columnSql(column: HashedColumn, seed: string, method: HashMethod): string {
  const { by } = column;
  const value = column.base === undefined ? referenceTo(column) : `${referenceTo(column)}::${column.base}`;
  if (by.startsWith('send ')) return bytesSql(`${pg.escapeIdentifier(by.slice(5))}(${value})`, seed, method);
  switch (by) {
    case 'bool':
      return `hashint4extended(${value}::int4, ${seed})`;
    // hashint8extended folds to 32 bits; a seed is taken whole.
    case 'int8':
      return `hashint4extended(0, ${value} # ${seed})`;
    case 'uuid':
      return `uuid_hash_extended(${value}, ${seed})`;
    // Under "C" a text is its bytes, whatever collation the column has.
    case 'text':
      return `hashtextextended(${value}::text collate "C", ${seed})`;
    // Not ::text: that is a cast, and of a type of their own users may make one that is a function of theirs.
    case 'output':
      return `hashtextextended(case when num_nonnulls(${value}) > 0 then format('%s', ${value}) end collate "C", ${seed})`;
    case 'acl':
      return `hashtextextended(${aclText(value)} collate "C", ${seed})`;
    default:
      return `hash${by}extended(${value}, ${seed})`;
  }
}

/** No privileges at all is another thing than the default ones, which are null. */
const aclText = (acl: string) =>
  `(case when cardinality(${acl}) = 0 then '' else (select string_agg(concat_ws(':', a.grantor, a.grantee, a.privilege_type, a.is_grantable), ',' order by a.ordinality) from pg_catalog.aclexplode(${acl}) with ordinality as a) end)`;

/** Before 18 bytea is hashed as the only column of a record. */
const bytesSql = (bytes: string, seed: string, method: HashMethod) =>
  method === 'columns 18' ? `hashbyteaextended(${bytes}, ${seed})` : `hash_record_extended(row(${bytes}), ${seed})`;

/** `gd_row.x` is the column even when the table, or another column, bears that name. */
const referenceTo = ({ name }: HashedColumn) => `gd_row.${pg.escapeIdentifier(name)}`;

/** Different for each column, and no number that data holds. */
const seedOf = ({ number }: HashedColumn) => `'${BigInt.asIntN(64, BigInt(number) * 0x9e37_79b9_7f4a_7c15n)}'::int8`;

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
