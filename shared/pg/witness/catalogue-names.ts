import type pg from 'pg';

/** Which object a row of a catalogue without an oid of its own describes, as the arguments of pg_identify_object. */
const addresses: Readonly<Record<string, string>> = {
  pg_aggregate: `'pg_catalog.pg_proc'::regclass, aggfnoid, 0`,
  pg_attribute: `'pg_catalog.pg_class'::regclass, attrelid, attnum`,
  pg_attrdef: `'pg_catalog.pg_class'::regclass, adrelid, adnum`,
  pg_index: `'pg_catalog.pg_class'::regclass, indexrelid, 0`,
  pg_inherits: `'pg_catalog.pg_class'::regclass, inhrelid, 0`,
  pg_partitioned_table: `'pg_catalog.pg_class'::regclass, partrelid, 0`,
  pg_foreign_table: `'pg_catalog.pg_class'::regclass, ftrelid, 0`,
  pg_sequence: `'pg_catalog.pg_class'::regclass, seqrelid, 0`,
  pg_subscription_rel: `'pg_catalog.pg_class'::regclass, srrelid, 0`,
  pg_enum: `'pg_catalog.pg_type'::regclass, enumtypid, 0`,
  pg_range: `'pg_catalog.pg_type'::regclass, rngtypid, 0`,
  pg_ts_config_map: `'pg_catalog.pg_ts_config'::regclass, mapcfg, 0`,
  pg_largeobject_metadata: `'pg_catalog.pg_largeobject'::regclass, oid, 0`,
  pg_db_role_setting: `'pg_catalog.pg_authid'::regclass, setrole, 0`,
  pg_auth_members: `'pg_catalog.pg_authid'::regclass, member, 0`,
  pg_depend: 'classid, objid, objsubid',
  pg_shdepend: 'classid, objid, objsubid',
  pg_description: 'classoid, objoid, objsubid',
  pg_init_privs: 'classoid, objoid, objsubid',
  pg_seclabel: 'classoid, objoid, objsubid',
  pg_shdescription: 'classoid, objoid, 0',
  pg_shseclabel: 'classoid, objoid, 0',
};

/** What a row says of its object, when that is more than the object itself. */
const aspects: Readonly<Record<string, string>> = {
  pg_attrdef: 'default of ',
  pg_auth_members: 'membership of ',
  pg_db_role_setting: 'setting of ',
  pg_depend: 'dependency of ',
  pg_description: 'comment on ',
  pg_init_privs: 'initial privileges of ',
  pg_seclabel: 'security label of ',
  pg_shdepend: 'dependency of ',
  pg_shdescription: 'comment on ',
  pg_shseclabel: 'security label of ',
};

const unidentified: ReadonlySet<string> = new Set(['pg_replication_origin', 'pg_statistic']);

/** The names of the objects that rows of a catalogue describe, by the rows' places; what is unknown is left out. */
export async function describeCatalogueRows(
  client: pg.Client,
  table: string,
  ctids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const name = table.replace(/^pg_catalog\./, '');
  if (ctids.length === 0 || unidentified.has(name)) return new Map();
  const address = addresses[name] ?? `'pg_catalog.${name}'::regclass, gd_row.oid, 0`;
  const { rows } = await client
    .query<{ ctid: string; object: string | null }>(
      `/* pg-gameday:catalogue-names */
select gd_row.ctid::text as ctid,
       case when o.schema = 'pg_toast'
            then 'toast of table ' || substring(o.identity from 'pg_toast_(\\d+)')::oid::regclass
            else o.type || ' ' || o.identity end as object
from ${table} as gd_row, pg_catalog.pg_identify_object(${address}) as o where gd_row.ctid = any ($1::tid[])`,
      [ctids],
    )
    // A kind of object that this server cannot name: the catalogue is.
    .catch((error: unknown) => {
      if (/^(XX000|22023|42883|42703)$/.test(String((error as { code?: string }).code))) return { rows: [] };
      throw error;
    });
  return new Map(
    rows.flatMap(({ ctid, object }) => (object === null ? [] : [[ctid, `${aspects[name] ?? ''}${object}`] as const])),
  );
}
