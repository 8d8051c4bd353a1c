import pg from 'pg';

/**
 * What a database holds, reported in a way that does not depend on the server: objects by kind and identity, and the rows
 * of every table by their number and by a sum over their text. Two databases with equal inventories hold the same.
 */
export type Inventory = {
  readonly objects: ReadonlySet<string>;
  readonly tables: ReadonlyMap<string, TableContent>;
};
export type TableContent = { readonly rows: bigint; readonly sum: string };

/**
 * Objects of the user's. Members of extensions come with their extension. Access methods and the like need a superuser
 * to make; they are listed all the same, because what is missing is what is asked for. Owners and privileges are left out.
 */
const objectsSql = `with object(classid, objid) as (
  select 'pg_namespace'::regclass, oid from pg_namespace
  union all select 'pg_class'::regclass, oid from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
  union all select 'pg_attrdef'::regclass, oid from pg_attrdef
  union all select 'pg_constraint'::regclass, oid from pg_constraint where contype <> 'n'
  union all select 'pg_proc'::regclass, oid from pg_proc
  union all select 'pg_trigger'::regclass, oid from pg_trigger where not tgisinternal
  union all select 'pg_rewrite'::regclass, oid from pg_rewrite where rulename <> '_RETURN'
  union all select 'pg_policy'::regclass, oid from pg_policy
  union all select 'pg_type'::regclass, t.oid from pg_type t
    where (t.typrelid = 0 or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
      and not exists (select from pg_type element where element.typarray = t.oid)
  union all select 'pg_extension'::regclass, oid from pg_extension
  union all select 'pg_operator'::regclass, oid from pg_operator
  union all select 'pg_opclass'::regclass, oid from pg_opclass
  union all select 'pg_opfamily'::regclass, oid from pg_opfamily
  union all select 'pg_cast'::regclass, oid from pg_cast
  union all select 'pg_collation'::regclass, oid from pg_collation
  union all select 'pg_conversion'::regclass, oid from pg_conversion
  union all select 'pg_ts_config'::regclass, oid from pg_ts_config
  union all select 'pg_ts_dict'::regclass, oid from pg_ts_dict
  union all select 'pg_ts_parser'::regclass, oid from pg_ts_parser
  union all select 'pg_ts_template'::regclass, oid from pg_ts_template
  union all select 'pg_statistic_ext'::regclass, oid from pg_statistic_ext
  union all select 'pg_event_trigger'::regclass, oid from pg_event_trigger
  union all select 'pg_publication'::regclass, oid from pg_publication
  union all select 'pg_subscription'::regclass, oid from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())
  union all select 'pg_foreign_data_wrapper'::regclass, oid from pg_foreign_data_wrapper
  union all select 'pg_foreign_server'::regclass, oid from pg_foreign_server
  union all select 'pg_language'::regclass, oid from pg_language
  union all select 'pg_am'::regclass, oid from pg_am
  union all select 'pg_transform'::regclass, oid from pg_transform
  union all select 'pg_largeobject'::regclass, oid from pg_largeobject_metadata
)
select i.type || ' ' || i.identity as object
from object o cross join lateral pg_identify_object(o.classid, o.objid, 0) i
where o.objid >= 16384 and i.identity is not null
  and not exists (select from pg_depend d where d.classid = o.classid and d.objid = o.objid and d.deptype = 'e')
  and coalesce(i.schema, '') !~ '^pg_(toast|temp)' and i.identity !~ '^pg_(toast|temp)'`;

const tablesSql = `select format('%I.%I', n.nspname, c.relname) as "table"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema') and c.oid >= 16384
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1`;

/** The same text of a value on every server, and no time limit of the role's own. */
const session = [
  ...["set search_path = ''", "set datestyle = 'ISO'", "set intervalstyle = 'postgres'", "set timezone = 'UTC'"],
  ...["set bytea_output = 'hex'", 'set extra_float_digits = 3', "set xmlbinary = 'base64'", 'set row_security = off'],
  ...['set statement_timeout = 0', 'set lock_timeout = 0', 'set idle_in_transaction_session_timeout = 0'],
  'set quote_all_identifiers = off',
];

/** Prepares a session whose inventory is to be compared; before its transaction begins. */
export async function pinSession(client: pg.ClientBase): Promise<void> {
  for (const statement of session) await client.query(statement);
}

/** Of the database, or of the snapshot of the transaction that the session is in. */
export async function takeInventory(
  client: pg.ClientBase,
  onTable: (table: string) => void = () => {},
): Promise<Inventory> {
  const objects = await client.query<{ object: string }>(objectsSql);
  const tables = new Map<string, TableContent>();
  const { rows } = await client.query<{ table: string }>(tablesSql);
  for (const { table } of rows) {
    onTable(table);
    const content = await client.query<{ rows: string; sum: string }>(
      `select count(*)::text as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as sum from only ${table} t`,
    );
    tables.set(table, { rows: BigInt(content.rows[0]?.rows ?? 0), sum: content.rows[0]?.sum ?? '0' });
  }
  return { objects: new Set(objects.rows.map(({ object }) => object)), tables };
}

/** The search paths for which functions of this database were written: the session's, then those of roles. */
export async function searchPathsOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ path: string[] }>('select current_schemas(false)::text[] as path');
  const others = await client.query<{ path: string }>(
    `select distinct substring(entry from 13) as path
from pg_db_role_setting s cross join unnest(s.setconfig) as entry
where entry like 'search_path=%' and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))`,
  );
  const own = (rows[0]?.path ?? []).map(pg.escapeIdentifier).join(', ');
  return [...new Set([own, ...others.rows.map(({ path }) => path)])].filter((path) => path !== '');
}
