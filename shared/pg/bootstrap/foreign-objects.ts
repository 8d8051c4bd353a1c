import pg from 'pg';
import { ForeignObjectError } from '../../errors.ts';
import { fenceFunctionNames, fenceTables } from './lease-steps.ts';

/** Something in schema gameday that is not as the bootstrap makes it, and what to do about it. */
export type ForeignObject = { readonly problem: string; readonly remedy: string };

const listed = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/** The comment on schema gameday that records which bootstrap a database has; version 1 left none. */
export const versionComment = 'pg-gameday bootstrap version ';

/** A superuser, or a member of rds_superuser: whoever is one of them can do everything that our role could be led to. */
const isTrusted = (oid: string) => `exists (select from pg_catalog.pg_roles o where o.oid = ${oid} and (o.rolsuper
  or exists (select from pg_catalog.pg_roles s where s.rolname = 'rds_superuser' and pg_catalog.pg_has_role(o.oid, s.oid, 'member'))))`;

/** Who publishes and receives the heartbeat owns it; code of ours that ran as another role by it is refused below. */
const replicates = (oid: string, role: string) =>
  `${oid} = coalesce((select r.oid from pg_catalog.pg_roles r where r.rolname = ${pg.escapeLiteral(`${role}_replicate`)}), 0)`;

/** A function of schema gameday, by the same name whatever schemas the session's path has. */
const signature = `'gameday.' || pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.replace(pg_catalog.oidvectortypes(p.proargtypes), ', ', ',') || ')'`;

const nameOf = (oid: string) =>
  `case ${oid} when 0 then 'PUBLIC' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(${oid})) end`;

/**
 * Everything by that name that is a stranger's, or could run a stranger's code or take a stranger's writes: one row each,
 * `problem` and `remedy`. Empty where schema gameday is missing. Reads catalogues only, every name qualified.
 */
export const foreignObjectsSql = (role: string) => `with ours as (
  select n.oid, n.nspowner as owner, n.nspacl as acl,
         coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '') like '${versionComment}%' as recorded
    from pg_catalog.pg_namespace n where n.nspname = 'gameday'),
objects as (
  select c.oid, case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
           when 'i' then 'index' when 'I' then 'index' when 'c' then 'type' else 'table' end as kind,
         pg_catalog.quote_ident(c.relname) as name, c.relowner as owner, 'pg_class' as catalogue,
         c.relname in ('heartbeat', 'heartbeat_pkey', 'marker', 'marker_pkey', 'marker_number_seq', ${listed(fenceTables)}) as known
    from pg_catalog.pg_class c join ours on c.relnamespace = ours.oid where c.relkind <> 't'
  union all
  select p.oid, 'function', ${signature}, p.proowner, 'pg_proc', p.proname in ('check_btree', 'check_gin', 'check_heap', 'mark', ${listed(fenceFunctionNames)})
    from pg_catalog.pg_proc p join ours on p.pronamespace = ours.oid
  union all
  select o.oid, 'operator', o.oid::pg_catalog.regoperator::text, o.oprowner, 'pg_operator', false
    from pg_catalog.pg_operator o join ours on o.oprnamespace = ours.oid
  union all
  select t.oid, 'type', pg_catalog.quote_ident(t.typname), t.typowner, 'pg_type', false
    from pg_catalog.pg_type t join ours on t.typnamespace = ours.oid where t.typrelid = 0 and t.typelem = 0),
fence as (
  select c.oid, c.relname, c.relowner as owner, c.relacl, c.relrowsecurity from pg_catalog.pg_class c join ours on c.relnamespace = ours.oid
   where c.relname in (${listed(fenceTables)})),
beat as (
  select c.*, c.relowner as owner from pg_catalog.pg_class c join ours on c.relnamespace = ours.oid where c.relname = 'heartbeat'),
grants as (
  select 'schema gameday' as object, a.grantee, a.privilege_type as privilege, ours.owner
    from ours, pg_catalog.aclexplode(ours.acl) a where a.privilege_type = 'CREATE'
  union all
  select 'table gameday.heartbeat', a.grantee, a.privilege_type, beat.owner
    from beat, pg_catalog.aclexplode(beat.relacl) a where a.privilege_type not in ('SELECT', 'MAINTAIN')
  union all
  select 'table gameday.heartbeat', a.grantee, a.privilege_type, beat.owner
    from beat join pg_catalog.pg_attribute t on t.attrelid = beat.oid, pg_catalog.aclexplode(t.attacl) a
   where a.privilege_type <> 'SELECT'
  union all
  select 'function ' || ${signature}, a.grantee, a.privilege_type, p.proowner
    from pg_catalog.pg_proc p join ours on p.pronamespace = ours.oid, pg_catalog.aclexplode(p.proacl) a
   where p.proname in ('check_btree', 'check_gin', 'check_heap') and a.grantee <> 0
  union all
  select 'table gameday.' || fence.relname, a.grantee, a.privilege_type, fence.owner
    from fence, pg_catalog.aclexplode(fence.relacl) a where a.privilege_type <> 'SELECT'
  union all
  select 'table gameday.' || fence.relname, a.grantee, a.privilege_type, fence.owner
    from fence join pg_catalog.pg_attribute t on t.attrelid = fence.oid, pg_catalog.aclexplode(t.attacl) a where a.privilege_type <> 'SELECT'
  union all
  select 'function ' || ${signature}, a.grantee, a.privilege_type, p.proowner
    from pg_catalog.pg_proc p join ours on p.pronamespace = ours.oid, pg_catalog.aclexplode(p.proacl) a
   where p.proname in (${listed(fenceFunctionNames)})
     and a.grantee is distinct from (select r.oid from pg_catalog.pg_roles r where r.rolname = ${pg.escapeLiteral(`${role}_fence`)})),
found (problem, remedy) as (
  select 'schema gameday belongs to ' || ${nameOf('owner')} || ', it must belong to the master user',
         'ALTER SCHEMA gameday RENAME TO another name, or leave it to the master user and move what is in it'
    from ours where not ${isTrusted('owner')}
  union all
  select kind || ' ' || name || ' in schema gameday belongs to ' || ${nameOf('owner')} || ', it must belong to the master user',
         'Move it to another schema: the name gameday is kept for what the bootstrap makes'
    from objects where kind <> 'index' and not ${isTrusted('owner')} and not (kind = 'table' and name = 'heartbeat' and ${replicates('owner', role)})
  union all
  select kind || ' ' || name || ' in schema gameday was not made by the bootstrap',
         'Move it to another schema, or rename that one: the name gameday is kept for what the bootstrap makes'
    from objects, ours where not ours.recorded and kind <> 'index' and not known and not exists (
      select from pg_catalog.pg_depend d where d.classid = ('pg_catalog.' || catalogue)::pg_catalog.regclass
        and d.objid = objects.oid and d.deptype = 'e')
  union all
  select distinct object || ' grants ' || privilege || ' to ' || ${nameOf('grantee')} || ', which only our role may have',
         'REVOKE ' || privilege || ' ON ' || object || ' FROM ' || ${nameOf('grantee')}
    from grants where grantee <> owner and not ${isTrusted('grantee')}
     and not (grantee = coalesce((select r.oid from pg_catalog.pg_roles r where r.rolname = ${pg.escapeLiteral(role)}), 0)
              and ((privilege in ('INSERT', 'UPDATE') and object = 'table gameday.heartbeat') or object like 'function gameday.check\\_%'))
  union all
  select 'table gameday.' || fence.relname || ' has trigger ' || pg_catalog.quote_ident(t.tgname) || ', which would run with the fence',
         'DROP TRIGGER ' || pg_catalog.quote_ident(t.tgname) || ' ON gameday.' || fence.relname
    from fence join pg_catalog.pg_trigger t on t.tgrelid = fence.oid
  union all
  select 'table gameday.' || fence.relname || ' has rule ' || pg_catalog.quote_ident(w.rulename) || ', which would run in place of the fence',
         'DROP RULE ' || pg_catalog.quote_ident(w.rulename) || ' ON gameday.' || fence.relname
    from fence join pg_catalog.pg_rewrite w on w.ev_class = fence.oid
  union all
  select 'table gameday.heartbeat is no ordinary table of its own',
         'ALTER TABLE gameday.heartbeat RENAME TO another name, and run the bootstrap again'
    from beat where relkind <> 'r' or relpersistence <> 'p' or relispartition or reloftype <> 0
      or exists (select from pg_catalog.pg_inherits i where beat.oid in (i.inhrelid, i.inhparent))
  union all
  select 'table gameday.heartbeat has other columns than the bootstrap makes',
         'ALTER TABLE gameday.heartbeat RENAME TO another name, and run the bootstrap again'
    from beat where (select pg_catalog.array_agg(row(a.attname, a.atttypid, a.attnotnull, a.atthasdef, a.attidentity)::text order by a.attnum)
                       from pg_catalog.pg_attribute a where a.attrelid = beat.oid and a.attnum > 0 and not a.attisdropped)
      is distinct from (select pg_catalog.array_agg(row(e.name, e.type::pg_catalog.oid, true, false, '')::text order by e.place)
        from (values (1, 'name', 'pg_catalog.text'::pg_catalog.regtype), (2, 'beat', 'pg_catalog.int8'),
                     (3, 'at', 'pg_catalog.timestamptz'), (4, 'lsn', 'pg_catalog.pg_lsn'), (5, 'xid', 'pg_catalog.xid8')) e (place, name, type))
  union all
  select 'table gameday.heartbeat has no primary key (name), or another index beside it',
         'ALTER TABLE gameday.heartbeat RENAME TO another name, and run the bootstrap again'
    from beat where relkind = 'r' and (select pg_catalog.array_agg(i.indisprimary and i.indisvalid and i.indpred is null and i.indexprs is null
        and i.indkey::text = (select a.attnum::text from pg_catalog.pg_attribute a where a.attrelid = beat.oid and a.attname = 'name'))
      from pg_catalog.pg_index i where i.indrelid = beat.oid) is distinct from array[true]
  union all
  select 'table gameday.heartbeat has constraint ' || pg_catalog.quote_ident(k.conname) || ', the bootstrap makes none such',
         'ALTER TABLE gameday.heartbeat DROP CONSTRAINT ' || pg_catalog.quote_ident(k.conname)
    from beat join pg_catalog.pg_constraint k on k.conrelid = beat.oid where k.contype not in ('p', 'n')
  union all
  select 'table gameday.heartbeat has trigger ' || pg_catalog.quote_ident(t.tgname) || ', which would run as our role',
         'DROP TRIGGER ' || pg_catalog.quote_ident(t.tgname) || ' ON gameday.heartbeat'
    from beat join pg_catalog.pg_trigger t on t.tgrelid = beat.oid
  union all
  select 'table gameday.heartbeat has rule ' || pg_catalog.quote_ident(w.rulename) || ', which would run in place of our statements',
         'DROP RULE ' || pg_catalog.quote_ident(w.rulename) || ' ON gameday.heartbeat'
    from beat join pg_catalog.pg_rewrite w on w.ev_class = beat.oid where relkind = 'r'
  union all
  select 'table gameday.heartbeat has policy ' || pg_catalog.quote_ident(y.polname) || ', which would hide rows or run as our role',
         'DROP POLICY ' || pg_catalog.quote_ident(y.polname) || ' ON gameday.heartbeat'
    from beat join pg_catalog.pg_policy y on y.polrelid = beat.oid
  union all
  select 'table gameday.heartbeat has row-level security', 'ALTER TABLE gameday.heartbeat DISABLE ROW LEVEL SECURITY'
    from beat where relrowsecurity)
select problem, remedy from found`;

export async function foreignObjects(client: pg.ClientBase, role: string): Promise<ForeignObject[]> {
  const { rows } = await client.query<ForeignObject>(
    `/* pg-gameday:bootstrap */ ${foreignObjectsSql(role)} order by problem`,
  );
  return rows;
}

/** Before our role touches what is called gameday: a stranger's trigger there would run with what the role may read. */
export async function refuseForeignObjects(client: pg.ClientBase, role: string): Promise<void> {
  const found = await foreignObjects(client, role);
  const [first, ...others] = found;
  if (first === undefined) return;
  throw new ForeignObjectError([first, ...others].map(({ problem }) => problem).join('; '), {
    hints: [...new Set(found.map(({ remedy }) => `${remedy}.`)), 'Then run npm run bootstrap-database again.'],
  });
}
