import type pg from 'pg';
import type { SchemaObjects } from '../../contracts/witness.ts';
import { catalogueLockDeadline } from '../../deadlines.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import { isAnyOf, isMoving, type PatientQuery, readPatiently } from './patient-read.ts';
import { kindsBesideTables } from './schema-object-kinds.ts';

/**
 * Every object of the schema with the md5 of its definition. One query for each kind; each returns `identity` and
 * `definition`. System schemas are PostgreSQL's own and follow its version; temporary objects belong to a session.
 * ACLs and owners are texts of role names, so a role that is gone shows too. Passwords are never read.
 */
const userSchema = (schema: string) =>
  `${schema}.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and ${schema}.nspname !~ '^pg_(toast_)?temp_'`;

const name = (schema: string, object: string) => `quote_ident(${schema}.nspname) || '.' || quote_ident(${object})`;

/** Joins what may be null; a separator that no catalogue text bears keeps the parts apart. */
const joined = (...parts: string[]) =>
  `concat_ws(E'\\x1f', ${parts.map((part) => `coalesce((${part})::text, '~')`).join(', ')})`;

/** ACL entries have an order by time of granting, which means nothing. */
const acl = (column: string) =>
  `(select string_agg(item::text, ',' order by item::text) from unnest(${column}) as item)`;

/** `key` finds the object again; `version` reports whether DDL has touched it, even when its definition came back. */
const rowAt = (key: string, ...xmins: string[]) =>
  `(${key})::text as key, concat_ws('/', ${[key, ...xmins].join(', ')}) as version`;
const row = (alias: string, ...xmins: string[]) => rowAt(`${alias}.oid`, `${alias}.xmin`, ...xmins);

const kinds: Record<string, string> = {
  schema: `select quote_ident(n.nspname) as identity, ${joined('n.nspowner::regrole', acl('n.nspacl'))} as definition, ${row('n')}
from pg_namespace n where ${userSchema('n')}`,

  relation: `select ${name('n', 'c.relname')} as identity, ${joined(
    'c.relkind',
    'c.relpersistence',
    'c.relowner::regrole',
    acl('c.relacl'),
    'c.reloptions',
    'c.relrowsecurity',
    'c.relforcerowsecurity',
    'c.relispopulated',
    'c.relreplident',
    'pg_get_partkeydef(c.oid)',
    'pg_get_expr(c.relpartbound, c.oid)',
    "(select string_agg(inhparent::regclass::text, ',' order by inhseqno) from pg_inherits where inhrelid = c.oid)",
    '(select spcname from pg_tablespace where oid = c.reltablespace)',
    "case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end",
  )} as definition, ${row('c', "(select string_agg(xmin::text, ',') from pg_inherits where inhrelid = c.oid)", "(select string_agg(xmin::text, ',') from pg_rewrite where ev_class = c.oid)")}
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${userSchema('n')}`,

  column: `select ${name('n', 'c.relname')} || '.' || quote_ident(a.attname) as identity, ${joined(
    'a.attnum',
    'format_type(a.atttypid, a.atttypmod)',
    'a.attnotnull',
    'a.attidentity',
    'a.attgenerated',
    'a.attcollation::regcollation',
    'a.attstorage',
    'a.attcompression',
    'a.attstattarget',
    acl('a.attacl'),
    'a.attoptions',
    'pg_get_expr(d.adbin, d.adrelid)',
  )} as definition, ${rowAt("a.attrelid || '.' || a.attnum", 'a.xmin', 'd.xmin')}
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and a.attnum > 0 and not a.attisdropped and ${userSchema('n')}`,

  constraint: `select case co.conrelid when 0 then co.contypid::regtype::text else co.conrelid::regclass::text end || ' ' || quote_ident(co.conname) as identity, ${joined(
    'pg_get_constraintdef(co.oid)',
    'co.convalidated',
    'co.condeferrable',
    'co.condeferred',
  )} as definition, ${row('co')}
from pg_constraint co join pg_namespace n on n.oid = co.connamespace where ${userSchema('n')}`,

  index: `select ${name('n', 'c.relname')} as identity, ${joined(
    'pg_get_indexdef(i.indexrelid)',
    'i.indisvalid',
    'i.indisready',
    'i.indislive',
    'i.indisreplident',
    'i.indisclustered',
    'c.reloptions',
  )} as definition, ${rowAt('c.oid', 'c.xmin', 'i.xmin')}
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace where ${userSchema('n')}`,

  sequence: `select ${name('n', 'c.relname')} as identity, ${joined(
    's.seqtypid::regtype',
    's.seqstart',
    's.seqincrement',
    's.seqmax',
    's.seqmin',
    's.seqcache',
    's.seqcycle',
    'c.relowner::regrole',
    acl('c.relacl'),
    "(select string_agg(d.refobjid::regclass || '.' || d.refobjsubid, ',') from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass)",
  )} as definition, ${rowAt('c.oid', 'c.xmin', 's.xmin')}
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace where ${userSchema('n')}`,

  function: `select p.oid::regprocedure::text as identity, ${joined(
    "case when p.prokind = 'a' then null else pg_get_functiondef(p.oid) end",
    'p.prokind',
    'p.proowner::regrole',
    acl('p.proacl'),
    "(select concat_ws(',', g.aggkind, g.aggtransfn, g.aggfinalfn, g.aggtranstype::regtype, g.agginitval, g.aggsortop::regoperator) from pg_aggregate g where g.aggfnoid = p.oid)",
  )} as definition, ${row('p')}
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${userSchema('n')}`,

  trigger: `select t.tgrelid::regclass || ' ' || quote_ident(t.tgname) as identity, ${joined('pg_get_triggerdef(t.oid)', 't.tgenabled')} as definition, ${row('t')}
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and ${userSchema('n')}`,

  rule: `select r.ev_class::regclass || ' ' || quote_ident(r.rulename) as identity, ${joined('pg_get_ruledef(r.oid)', 'r.ev_enabled')} as definition, ${row('r')}
from pg_rewrite r
join pg_class c on c.oid = r.ev_class
join pg_namespace n on n.oid = c.relnamespace where r.rulename <> '_RETURN' and ${userSchema('n')}`,

  policy: `select p.polrelid::regclass || ' ' || quote_ident(p.polname) as identity, ${joined(
    'p.polcmd',
    'p.polpermissive',
    "(select string_agg(case role when 0 then 'public' else role::regrole::text end, ',' order by role) from unnest(p.polroles) as role)",
    'pg_get_expr(p.polqual, p.polrelid)',
    'pg_get_expr(p.polwithcheck, p.polrelid)',
  )} as definition, ${row('p')}
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace where ${userSchema('n')}`,

  type: `select ${name('n', 't.typname')} as identity, ${joined(
    't.typtype',
    't.typowner::regrole',
    acl('t.typacl'),
    'format_type(t.typbasetype, t.typtypmod)',
    't.typnotnull',
    't.typdefault',
    "(select string_agg(e.oid || ' ' || e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)",
    "(select concat_ws(',', r.rngsubtype::regtype, r.rngcollation::regcollation, r.rngcanonical, r.rngsubdiff) from pg_range r where r.rngtypid = t.oid)",
  )} as definition, ${row('t')}
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where (t.typrelid = 0 or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
  and not exists (select from pg_type element where element.typarray = t.oid) and ${userSchema('n')}`,

  extension: `select quote_ident(x.extname) as identity, ${joined('x.extversion', 'x.extnamespace::regnamespace', 'x.extowner::regrole')} as definition, ${row('x')}
from pg_extension x`,

  statistics: `select ${name('n', 's.stxname')} as identity, ${joined('pg_get_statisticsobjdef(s.oid)', 's.stxowner::regrole')} as definition, ${row('s')}
from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where ${userSchema('n')}`,

  operator: `select o.oid::regoperator::text as identity, ${joined('o.oprcode', 'o.oprrest', 'o.oprjoin', 'o.oprcom::regoperator', 'o.oprnegate::regoperator', 'o.oprowner::regrole')} as definition, ${row('o')}
from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where ${userSchema('n')}`,

  'operator class': `select ${name('n', 'o.opcname')} || ' ' || m.amname as identity, ${joined('o.opcintype::regtype', 'o.opcdefault', 'o.opckeytype::regtype', 'o.opcowner::regrole')} as definition, ${row('o')}
from pg_opclass o join pg_am m on m.oid = o.opcmethod join pg_namespace n on n.oid = o.opcnamespace where ${userSchema('n')}`,

  cast: `select c.castsource::regtype || ' to ' || c.casttarget::regtype as identity, ${joined('c.castfunc::regprocedure', 'c.castcontext', 'c.castmethod')} as definition, ${row('c')}
from pg_cast c where c.oid >= 16384`,

  collation: `select ${name('n', 'c.collname')} as identity, ${joined('c.collprovider', 'c.collisdeterministic', 'c.collencoding', 'c.collcollate', 'c.collctype', 'c.collversion', 'c.collowner::regrole')} as definition, ${row('c')}
from pg_collation c join pg_namespace n on n.oid = c.collnamespace where ${userSchema('n')}`,

  'text search configuration': `select ${name('n', 'c.cfgname')} as identity, ${joined('c.cfgparser', 'c.cfgowner::regrole', "(select string_agg(concat_ws(':', maptokentype, mapseqno, mapdict::regdictionary), ',' order by maptokentype, mapseqno) from pg_ts_config_map where mapcfg = c.oid)")} as definition, ${row('c')}
from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace where ${userSchema('n')}`,

  'text search dictionary': `select ${name('n', 'd.dictname')} as identity, ${joined('d.dicttemplate', 'd.dictinitoption', 'd.dictowner::regrole')} as definition, ${row('d')}
from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace where ${userSchema('n')}`,

  'event trigger': `select quote_ident(e.evtname) as identity, ${joined('e.evtevent', 'e.evtowner::regrole', 'e.evtfoid::regproc', 'e.evtenabled', 'e.evttags')} as definition, ${row('e')}
from pg_event_trigger e`,

  publication: `select quote_ident(p.pubname) as identity, ${joined('p.pubowner::regrole', 'p.puballtables', 'p.pubinsert', 'p.pubupdate', 'p.pubdelete', 'p.pubtruncate', 'p.pubviaroot', "(select string_agg(r.prrelid::regclass::text, ',' order by r.prrelid::regclass::text) from pg_publication_rel r where r.prpubid = p.oid)")} as definition, ${row('p', "(select string_agg(xmin::text, ',') from pg_publication_rel where prpubid = p.oid)")}
from pg_publication p`,

  'foreign server': `select quote_ident(s.srvname) as identity, ${joined('s.srvowner::regrole', 's.srvtype', 's.srvversion', acl('s.srvacl'), '(select fdwname from pg_foreign_data_wrapper where oid = s.srvfdw)')} as definition, ${row('s')}
from pg_foreign_server s`,

  'default privileges': `select concat_ws(' ', d.defaclrole::regrole, coalesce(nullif(d.defaclnamespace, 0)::regnamespace::text, 'everywhere'), d.defaclobjtype) as identity, ${joined(acl('d.defaclacl'))} as definition, ${row('d')}
from pg_default_acl d`,

  database: `select quote_ident(d.datname) as identity, ${joined('d.datdba::regrole', 'd.encoding', 'd.datcollate', 'd.datctype', 'd.datconnlimit', acl('d.datacl'))} as definition, ${row('d')}
from pg_database d where d.datname = current_database()`,

  role: `select quote_ident(r.rolname) as identity, ${joined('r.rolsuper', 'r.rolinherit', 'r.rolcreaterole', 'r.rolcreatedb', 'r.rolcanlogin', 'r.rolreplication', 'r.rolbypassrls', 'r.rolconnlimit', 'r.rolvaliduntil')} as definition, ${rowAt('r.oid')}
from pg_roles r where r.rolname !~ '^pg_'`,

  membership: `select m.member::regrole || ' in ' || m.roleid::regrole || ' by ' || m.grantor::regrole as identity, ${joined('m.admin_option')} as definition, ${rowAt("concat_ws('.', m.roleid, m.member, m.grantor)", 'm.xmin')}
from pg_auth_members m where m.member >= 16384`,

  setting: `select concat_ws(' ', 'role', case s.setrole when 0 then 'all' else s.setrole::regrole::text end, 'database', coalesce((select datname from pg_database where oid = s.setdatabase), 'all')) as identity, ${joined("(select string_agg(entry, ',' order by entry) from unnest(s.setconfig) as entry)")} as definition, ${rowAt("concat_ws('.', s.setdatabase, s.setrole)", 's.xmin')}
from pg_db_role_setting s where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))`,

  comment: `select pg_describe_object(d.classoid, d.objoid, d.objsubid) as identity, d.description as definition, ${rowAt("concat_ws('.', d.classoid, d.objoid, d.objsubid)", 'd.xmin')}
from pg_description d where d.objoid >= 16384`,

  ...kindsBesideTables({ userSchema, name, joined, acl, row, rowAt }),
};

/** One query of all kinds. */
export const schemaObjectsSql = `/* pg-gameday:schema-objects */
${Object.entries(kinds)
  .map(([kind, sql]) => rowsOfKind(kind, sql))
  .join('\nunion all\n')}`;

function rowsOfKind(kind: string, sql: string, keys?: readonly string[]): string {
  return `select '${kind} ' || coalesce(identity, key) as identity, md5(definition) as definition, version from (${sql}) as "${kind}" where ${isAnyOf('key', keys)}`;
}

/** Every object that can be read; one that is locked or dropped meanwhile is named with the reason. */
export async function readSchemaObjects(
  client: pg.Client,
  snapshotId: string | undefined,
  until: number,
): Promise<SchemaObjects> {
  // All kinds at once, as long as nobody changes anything.
  const whole = await queryUnder(client, snapshotId, [
    `set local lock_timeout = ${catalogueLockDeadline}`,
    schemaObjectsSql,
  ]).catch((thrown: unknown) => {
    if (isMoving(thrown)) return undefined;
    throw thrown;
  });
  if (whole !== undefined) return parseSchemaObjects(whole[1] ?? []);
  const rows: Row[] = [];
  for (const [kind, sql] of Object.entries(kinds)) {
    const query: PatientQuery = {
      keysSql: `select key, coalesce(identity, key) as name from (${sql}) as "${kind}"`,
      rowsSql: (keys) => rowsOfKind(kind, sql, keys),
    };
    const read = await readPatiently(client, snapshotId, query, until);
    for (const one of read.rows) rows.push(one);
    for (const { name, problem } of read.unread) rows.push({ identity: `${kind} ${name}`, problem });
  }
  return parseSchemaObjects(rows);
}

export function parseSchemaObjects(rows: readonly Row[]): SchemaObjects {
  const found = new Map<string, { definition: string; version: string }[]>();
  const objects: SchemaObjects = {};
  for (const row of rows) {
    const identity = String(row['identity']);
    if (row['problem'] !== undefined) objects[identity] = `? ${row['problem']}`;
    // Two objects of one identity would be a defect of a query above: keep both, hide none.
    else
      found.set(identity, [
        ...(found.get(identity) ?? []),
        { definition: String(row['definition']), version: String(row['version'] ?? '') },
      ]);
  }
  for (const [identity, same] of [...found].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const sorted = same.toSorted((left, right) => (left.definition < right.definition ? -1 : 1));
    const text = (of: 'definition' | 'version') => sorted.map((one) => one[of]).join(',');
    objects[identity] ??= `${text('definition')} ${text('version')}`.trim();
  }
  return objects;
}
