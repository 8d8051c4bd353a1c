/**
 * What is compared of the tables of pg_catalog. A physical copy has its source's catalogues, row by row and id by id, so
 * that every table of pg_catalog is compared with every column: also one that a later PostgreSQL brings. What is not
 * stands here with its reason, and nowhere else.
 */

/** Whole catalogues that are not compared here. */
export const excusedCatalogues: Readonly<Record<string, string>> = {
  pg_statistic: 'ANALYZE writes it at any time, on the copy too; it holds estimates',
  pg_statistic_ext_data: 'ANALYZE writes it at any time, on the copy too; it holds estimates',
  pg_largeobject: 'holds data: it is compared among the tables',
};

const inPlace = 'VACUUM, ANALYZE and CREATE INDEX change it in place, outside of transactions, on the copy too';
const hint = 'says what may be so; VACUUM clears it in place, and the catalogue of the thing itself is compared';

/** Columns that are not compared, by catalogue. */
export const excusedColumns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pg_class: {
    relpages: inPlace,
    reltuples: inPlace,
    relallvisible: inPlace,
    relallfrozen: inPlace,
    relfrozenxid: inPlace,
    relminmxid: inPlace,
    relhasindex: hint,
    relhasrules: hint,
    relhastriggers: hint,
  },
  pg_database: { datfrozenxid: inPlace, datminmxid: inPlace, dathasloginevt: hint },
  pg_authid: { rolpassword: 'a secret is not read, and RDS gives its own roles new ones' },
};

/** The roles that RDS itself logs in with, and changes as it likes. A role of the operator's cannot bear these names. */
const platformRoles = `array['rdsadmin', 'rdsrepladmin', 'rdstopmgr']`;

const temporaryNamespaces = `array(select oid from pg_catalog.pg_namespace where nspname ~ '^pg_(toast_)?temp_')`;
const inNamespace = (catalogue: string, column: string) =>
  `array(select oid from pg_catalog.${catalogue} where ${column} = any (${temporaryNamespaces}))`;
const temporaryClasses = inNamespace('pg_class', 'relnamespace');
const temporaryTypes = inNamespace('pg_type', 'typnamespace');

/** Every object of a session, and what hangs on it, as pg_depend and its like name them. */
const temporaryAddresses = `(
  select 'pg_catalog.pg_namespace'::regclass::oid, oid from pg_catalog.pg_namespace where oid = any (${temporaryNamespaces})
${[
  ['pg_class', `relnamespace = any (${temporaryNamespaces})`],
  ['pg_type', `typnamespace = any (${temporaryNamespaces})`],
  ['pg_proc', `pronamespace = any (${temporaryNamespaces})`],
  ['pg_operator', `oprnamespace = any (${temporaryNamespaces})`],
  ['pg_opclass', `opcnamespace = any (${temporaryNamespaces})`],
  ['pg_opfamily', `opfnamespace = any (${temporaryNamespaces})`],
  ['pg_constraint', `connamespace = any (${temporaryNamespaces})`],
  ['pg_statistic_ext', `stxnamespace = any (${temporaryNamespaces})`],
  ['pg_attrdef', `adrelid = any (${temporaryClasses})`],
  ['pg_rewrite', `ev_class = any (${temporaryClasses})`],
  ['pg_trigger', `tgrelid = any (${temporaryClasses})`],
  ['pg_policy', `polrelid = any (${temporaryClasses})`],
]
  .map(
    ([catalogue, condition]) =>
      `  union all select 'pg_catalog.${catalogue}'::regclass::oid, oid from pg_catalog.${catalogue} where ${condition}`,
  )
  .join('\n')})`;

const notIn = (column: string, ids: string) => `not gd_row.${column} = any (${ids})`;
const ownNamespace = (column: string) => notIn(column, temporaryNamespaces);
const ownClass = (column: string) => notIn(column, temporaryClasses);
const ownAddress = (classId: string, objectId: string) =>
  `not (gd_row.${classId}, gd_row.${objectId}) in ${temporaryAddresses}`;
const notOfPlatform = (column: string) =>
  notIn(column, `array(select oid from pg_catalog.pg_roles where rolname = any (${platformRoles}))`);
const thisDatabase = '(select oid from pg_catalog.pg_database where datname = current_database())';

/**
 * Conditions on the rows of a catalogue. Temporary objects belong to a session: a restored copy removes the orphans of
 * those that its source had. Of other databases of the instance nothing is proven.
 */
const conditions: Readonly<Record<string, string>> = {
  pg_namespace: notIn('oid', temporaryNamespaces),
  pg_class: ownNamespace('relnamespace'),
  pg_type: ownNamespace('typnamespace'),
  pg_proc: ownNamespace('pronamespace'),
  pg_operator: ownNamespace('oprnamespace'),
  pg_opclass: ownNamespace('opcnamespace'),
  pg_opfamily: ownNamespace('opfnamespace'),
  pg_statistic_ext: ownNamespace('stxnamespace'),
  pg_constraint: ownNamespace('connamespace'),
  pg_attribute: ownClass('attrelid'),
  pg_attrdef: ownClass('adrelid'),
  pg_index: ownClass('indexrelid'),
  pg_inherits: ownClass('inhrelid'),
  pg_partitioned_table: ownClass('partrelid'),
  pg_sequence: ownClass('seqrelid'),
  pg_rewrite: ownClass('ev_class'),
  pg_trigger: ownClass('tgrelid'),
  pg_policy: ownClass('polrelid'),
  pg_enum: notIn('enumtypid', temporaryTypes),
  pg_range: notIn('rngtypid', temporaryTypes),
  pg_cast: `${notIn('castsource', temporaryTypes)} and ${notIn('casttarget', temporaryTypes)}`,
  pg_amop: notIn('amopfamily', inNamespace('pg_opfamily', 'opfnamespace')),
  pg_amproc: notIn('amprocfamily', inNamespace('pg_opfamily', 'opfnamespace')),
  pg_aggregate: notIn('aggfnoid', inNamespace('pg_proc', 'pronamespace')),
  pg_depend: `${ownAddress('classid', 'objid')} and ${ownAddress('refclassid', 'refobjid')}`,
  pg_description: ownAddress('classoid', 'objoid'),
  pg_seclabel: ownAddress('classoid', 'objoid'),
  pg_shdepend: `(gd_row.dbid = 0 or gd_row.dbid = ${thisDatabase} and ${ownAddress('classid', 'objid')})`,
  pg_database: `gd_row.oid = ${thisDatabase}`,
  pg_subscription: `gd_row.subdbid = ${thisDatabase}`,
  pg_authid: notOfPlatform('oid'),
  pg_db_role_setting: `gd_row.setdatabase in (0, ${thisDatabase}) and ${notOfPlatform('setrole')}`,
};

const byTable = new Map(Object.entries(conditions).map(([name, condition]) => [`pg_catalog.${name}`, condition]));

/** The condition on `gd_row` that rows of a catalogue must satisfy to be compared; undefined where all are. */
export const comparedRows = (table: string): string | undefined => byTable.get(table);
