/** An index that is compared with its table, and how it comes out. */
export type ScannedIndex = {
  /** Qualified and quoted. */
  readonly table: string;
  /** As the plan shows it: without its schema. */
  readonly indexName: string;
  readonly method: string;
  /** The first column or expression. */
  readonly key: string;
  readonly condition: string | null;
  /** Equality of the index's own, `OPERATOR(schema.name)`; null where it has none. */
  readonly equality: string | null;
  /** Whether the index can give its rows by their distance from a point. */
  readonly distance: boolean;
  /** Empty where it is not PostgreSQL's own. */
  readonly operatorClass: string;
  /** Of a BRIN index. */
  readonly pagesPerRange: number;
};

/** Columns of `checkablesSql` about the index `i` of relation `c`; null for what is no index. */
export const scannedIndexSql = `case when i.indexrelid is not null and m.amname in ('hash', 'gist', 'spgist', 'brin', 'gin') then json_build_object(
  'table', i.indrelid::regclass::text, 'indexName', c.relname, 'method', m.amname,
  'key', pg_get_indexdef(i.indexrelid, 1, false), 'condition', pg_get_expr(i.indpred, i.indrelid),
  'equality', (select 'OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')'
    from pg_opclass k
    join pg_amop a on a.amopfamily = k.opcfamily and a.amoppurpose = 's'
      and a.amoplefttype = k.opcintype and a.amoprighttype = k.opcintype
    join pg_operator o on o.oid = a.amopopr
    join pg_namespace n on n.oid = o.oprnamespace
    where k.oid = i.indclass[0] and o.oprname = '=' and o.oid < 16384 limit 1),
  'distance', exists (select from pg_opclass k
    join pg_amop a on a.amopfamily = k.opcfamily and a.amoppurpose = 'o' and a.amoplefttype = k.opcintype
    join pg_operator o on o.oid = a.amopopr
    where k.oid = i.indclass[0] and o.oid < 16384 and o.oprname = '<->' and a.amoprighttype = 'pg_catalog.point'::regtype),
  'operatorClass', coalesce((select opcname from pg_opclass where oid = i.indclass[0] and oid < 16384), ''),
  'pagesPerRange', coalesce((select option_value::int from pg_options_to_table(c.reloptions) where option_name = 'pages_per_range'), 128)) end`;

/** `missing`: what is wrong; `gap`: why it could not be compared; undefined: it is sound. */
export type ScanOutcome = { readonly missing: string } | { readonly gap: string } | undefined;

export const notCompared: ScanOutcome = {
  gap: 'cannot be compared with its table: its kind has no scan for that, or the planner prefers another index',
};

export const leadsNotToRows = (found: unknown, rows: unknown): ScanOutcome => ({
  missing: `does not lead to the rows of its table: observed ${found}, expected ${rows}`,
});

/** ` and (…)` of a partial index. */
export const andCondition = ({ condition }: ScannedIndex) => (condition === null ? '' : ` and (${condition})`);

/**
 * The rows of the table as the heap has them: without a condition there is nothing that an index could be asked for, and so
 * `wanted` reports which of them a partial index has.
 */
export const rowsOf = ({ table, key, condition }: ScannedIndex) =>
  `(select (${key}) as value, ctid as place, (${condition ?? 'true'}) as wanted from only ${table} offset 0) as r`;
