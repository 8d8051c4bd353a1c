import type { HashedColumn } from '../../contracts/witness.ts';
import type { Row } from '../session/exported-snapshot.ts';
import { excusedCatalogues, excusedColumns } from './catalogue-rules.ts';
import { type ColumnFacts, hashedColumn } from './columns.ts';
import type { Relation } from './relations.ts';

/** Every table of pg_catalog, with its columns and whether the role may read them. Their types are PostgreSQL's own. */
export const catalogueRelationsSql = `/* pg-gameday:catalogues */
select c.oid::int8 as oid, c.relname as name, pg_relation_filenode(c.oid)::int8 as filenode,
       pg_relation_size(c.oid) as bytes, c.relminmxid::text as "oldestMultixact",
       to_regprocedure('pg_catalog.hashbyteaextended(bytea, bigint)') is not null as is18,
       (select json_agg(json_build_object(
                 'number', a.attnum, 'name', a.attname, 'notNull', a.attnotnull, 'domain', false,
                 'type', 'pg_catalog.' || quote_ident(t.typname), 'oid', t.oid::int8, 'isEnum', false,
                 -- The type of a missing value is the column's, and may have no binary form.
                 'unsendable', t.typsend = 0 or t.typname = 'anyarray',
                 'isAcl', t.typname = '_aclitem', 'send', p.proname,
                 'readable', has_column_privilege(c.oid, a.attnum, 'select'))
               order by a.attnum)
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        left join pg_proc p on p.oid = t.typsend
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
from pg_class c
where c.relkind = 'r' and c.relnamespace = 'pg_catalog'::regnamespace
order by c.relname`;

export const notReadable = 'cannot be read by the role';

type CatalogueColumn = ColumnFacts & { readonly isAcl: boolean; readonly readable: boolean };

/** A catalogue to be compared; `hidden` are columns that should be and that the role may not read. */
export type CatalogueRelation = Relation & { readonly hidden: readonly string[] };

/** Reads the rows of `catalogueRelationsSql`; those that are excused are left out. */
export function readCatalogueRelations(rows: readonly Row[]): CatalogueRelation[] {
  return rows
    .filter((row) => !Object.hasOwn(excusedCatalogues, String(row['name'])))
    .map((row) => {
      const excused = excusedColumns[String(row['name'])] ?? {};
      const wanted = (row['columns'] as CatalogueColumn[]).filter(({ name }) => !Object.hasOwn(excused, name));
      const readable = wanted.filter((column) => column.readable);
      const is18 = row['is18'] === true;
      return {
        oid: Number(row['oid']),
        table: `pg_catalog.${row['name']}`,
        kind: 'catalogue',
        method: is18 ? 'columns 18' : 'columns',
        columns: readable.map((column) => catalogueColumn(column, is18)),
        filenode: row['filenode'] === null ? null : Number(row['filenode']),
        bytes: Number(row['bytes']),
        estimatedRows: '0', // not among the rows that the database is said to have
        oldestMultixact: String(row['oldestMultixact']),
        hidden: wanted.filter((column) => !column.readable).map(({ name }) => name),
        ...(readable.length === 0 ? { gap: notReadable } : {}),
      } satisfies CatalogueRelation;
    });
}

/** The same as relations of a witness. */
export const parseCatalogueRelations = (rows: readonly Row[]): Relation[] =>
  readCatalogueRelations(rows).map(({ hidden: _, ...relation }) => relation);

function catalogueColumn(column: CatalogueColumn, is18: boolean): HashedColumn {
  const { number, name, notNull } = column;
  return column.isAcl ? { number, name, notNull, by: 'acl' } : hashedColumn(column, is18);
}
