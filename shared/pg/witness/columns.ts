import type { HashedColumn } from '../../contracts/witness.ts';

/**
 * What the row hash must know of the columns of relation `c`, as JSON. A domain stands as the type below it.
 * Virtual generated columns are left out: they hold no bytes, and what they are made of is hashed.
 */
export const columnsSql = `coalesce((
  select json_agg(json_build_object(
           'number', a.attnum, 'name', a.attname, 'notNull', a.attnotnull,
           'domain', b.domain is not null, 'type', quote_ident(tn.nspname) || '.' || quote_ident(t.typname), 'oid', t.oid::int8,
           'isEnum', t.typtype = 'e', 'unsendable', u.type is not null,
           'send', case when p.pronamespace = 'pg_catalog'::regnamespace and (f.oid = t.oid or f.typtype = 'p') then p.proname end)
         order by a.attnum)
  from pg_attribute a
  left join base b on b.domain = a.atttypid
  join pg_type t on t.oid = coalesce(b.type, a.atttypid)
  join pg_namespace tn on tn.oid = t.typnamespace
  left join pg_proc p on p.oid = t.typsend
  left join pg_type f on f.oid = p.proargtypes[0]
  left join unsendable u on u.type = a.atttypid
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'), '[]')`;

/**
 * Domains, at any depth, and the types below them: for a `with recursive`. Other types are not in it: a database of many
 * tables has two for each, and every table would look through all of them.
 */
export const baseTypesSql = `base(domain, type) as (
  select d.oid, t.oid from pg_type d join pg_type t on t.oid = d.typbasetype where d.typtype = 'd' and t.typtype <> 'd'
  union all
  select d.oid, base.type from pg_type d join base on d.typtype = 'd' and d.typbasetype = base.domain
)`;

export type ColumnFacts = {
  readonly number: number;
  readonly name: string;
  readonly notNull: boolean;
  readonly domain: boolean;
  readonly type: string;
  readonly oid: number;
  readonly isEnum: boolean;
  readonly unsendable: boolean;
  readonly send: string | null;
};

/**
 * Types of pg_catalog whose own hash function distinguishes any two values that differ in a byte. Never add one whose
 * equality is wider than its bytes (numeric, float, interval, bpchar, jsonb, arrays, ranges) or whose hash folds 64
 * bits to 32 (timestamp, time, xid8, pg_lsn); int8 folds too and is hashed otherwise.
 */
const byOwnHash: ReadonlyMap<number, HashedColumn['by']> = new Map([
  [16, 'bool'],
  [18, 'char'],
  [19, 'name'],
  [20, 'int8'],
  [21, 'int2'],
  [23, 'int4'],
  [25, 'text'],
  [26, 'oid'],
  [1043, 'text'],
  [2950, 'uuid'],
]);

/** The same, where the function came with PostgreSQL 18. */
const byOwnHashOf18: ReadonlyMap<number, HashedColumn['by']> = new Map([
  [17, 'bytea'],
  [1082, 'date'],
]);

/** How a column is hashed: by its type's own hash where that is exact, else by its binary form, else by its text. */
export function hashedColumn(facts: ColumnFacts, is18: boolean): HashedColumn {
  const { number, name, notNull, domain, type } = facts;
  return { number, name, notNull, by: wayOf(facts, is18), ...(domain ? { base: type } : {}) };
}

function wayOf({ oid, isEnum, unsendable, send }: ColumnFacts, is18: boolean): HashedColumn['by'] {
  if (unsendable) return 'output';
  if (isEnum) return 'enum';
  const own = byOwnHash.get(oid) ?? (is18 ? byOwnHashOf18.get(oid) : undefined);
  if (own !== undefined) return own;
  return send === null ? 'record' : `send ${send}`;
}

/** Whether a copy has the columns that the witness hashed. NOT NULL alone changes no row. */
export function sameColumns(left: readonly HashedColumn[], right: readonly HashedColumn[]): boolean {
  const text = (columns: readonly HashedColumn[]) =>
    JSON.stringify(columns.map(({ number, name, by, base }) => [number, name, by, base]));
  return text(left) === text(right);
}
