import type { HashedColumn } from '../../contracts/witness.ts';
import { baseTypesSql, type ColumnFacts, columnsSql, hashedColumn } from '../witness/columns.ts';

/**
 * Types of pg_catalog whose bytes another server may not have for the same text: names of objects go by OID, a NaN may have a sign
 * that no text has, XML says its encoding. Their text is what a dump, COPY or logical replication carries.
 */
const byText: ReadonlySet<number> = new Set([
  ...[24, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191], // reg*
  ...[700, 701, 600, 601, 602, 603, 604, 628, 718], // floats, and what is made of them
  142, // xml
]);

/** The first OID that a user's object can have; those below are the same in every cluster of a major. */
const firstUserOid = 16_384;

/**
 * How a column of a table that was built anew is hashed: by its place among the live columns, not by its number; enums, arrays, composites
 * and whatever a user's type is by text, for their bytes carry OIDs.
 */
export function portableColumn(facts: ColumnFacts, place: number): HashedColumn {
  const { oid, send, type } = facts;
  const isContainer = send === 'array_send' || send === 'record_send' || send === null;
  if (oid >= firstUserOid || byText.has(oid) || isContainer) {
    const { name, notNull } = facts;
    return {
      number: place,
      name,
      notNull,
      by: 'output',
      ...(facts.domain && oid < firstUserOid ? { base: type } : {}),
    };
  }
  return { ...hashedColumn({ ...facts, unsendable: false, isEnum: false }, false), number: place };
}

/** In the order of `names` where those are given: the witness's; undefined when the table has other columns. */
export function portableColumns(
  columns: readonly ColumnFacts[],
  names: readonly string[] = columns.map(({ name }) => name),
): HashedColumn[] | undefined {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const found = names.flatMap((name) => byName.get(name) ?? []);
  if (found.length !== names.length || columns.length !== names.length) return undefined;
  return found.map((column, index) => portableColumn(column, index + 1));
}

/** The columns of the tables `$1`, by their names: qualified and quoted. */
export const portableColumnsSql = `/* pg-gameday:portable-columns */
with recursive ${baseTypesSql}, unsendable(type) as (select null::oid where false)
select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) as "table", ${columnsSql} as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) = any ($1::text[])`;
