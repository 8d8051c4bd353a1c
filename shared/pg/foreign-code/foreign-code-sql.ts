import pg from 'pg';

/** Of what PostgreSQL makes itself, oids are below. */
const firstOfUsers = 16384;

/**
 * Roles that can do all that our role could be led to: superusers, members of rds_superuser as the master user is one, our
 * own role, and those that operations.yml names. Membership of an extension lends no trust: its owner may add to it.
 */
export const isTrusted = (
  owner: string,
  trusted: readonly string[],
) => `exists (select from pg_roles o where o.oid = ${owner}
  and (o.rolsuper or o.rolname = current_user or o.rolname = any (array[${trusted.map((name) => pg.escapeLiteral(name)).join()}]::name[])
       or exists (select from pg_roles s where s.rolname = 'rds_superuser' and pg_has_role(o.oid, s.oid, 'member'))))`;

export const roleBypasses = `(select rolbypassrls or rolsuper from pg_roles where rolname = current_user)`;

/** Row-level security of relation `c` holds for our role. */
export const isProtected = `(c.relrowsecurity and (c.relforcerowsecurity or not pg_has_role(c.relowner, 'usage')) and not ${roleBypasses})`;

/** A policy of relation `c` that a query of ours comes under. */
export const policyForUs = `p.polrelid = c.oid and p.polcmd in ('r', '*')
  and exists (select from unnest(p.polroles) as role where role = 0 or pg_has_role(role, 'usage'))`;

const qualified = (schema: string, name: string) => `quote_ident(${schema}) || '.' || quote_ident(${name})`;

/**
 * What PostgreSQL evaluates when it plans a query of a relation, as far as it can hold code: calls with constants are
 * made by the planner. `tag` is the object for the guard; `relations` an SQL array of oids, all when absent.
 *
 *   index        expressions, condition, operator classes
 *   statistics   expressions
 *   policy       that a query of ours comes under
 */
export function attachedSql(relations?: string): string {
  const among = (column: string) => (relations === undefined ? 'true' : `${column} = any (${relations})`);
  return `select i.indrelid as relation, 'i' || i.indexrelid as tag, 'pg_class'::regclass::oid as class, i.indexrelid as id,
       'index ' || ${qualified('n.nspname', 'x.relname')} as object
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_namespace n on n.oid = x.relnamespace
  where ${among('i.indrelid')} and i.indrelid >= ${firstOfUsers}
    and (i.indexprs is not null or i.indpred is not null or exists (select from unnest(i.indclass) as k where k >= ${firstOfUsers}))
union all
select s.stxrelid, 's' || s.oid, 'pg_statistic_ext'::regclass, s.oid, 'statistics ' || ${qualified('n.nspname', 's.stxname')}
  from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
  where ${among('s.stxrelid')} and s.stxexprs is not null
union all
select c.oid, 'p' || p.oid, 'pg_policy'::regclass, p.oid, 'policy ' || quote_ident(p.polname) || ' on ' || ${qualified('n.nspname', 'c.relname')}
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
  where ${among('p.polrelid')} and ${isProtected} and ${policyForUs}`;
}

/** The definitions of views among the relations, in the form of `attachedSql`. */
export const viewsSql = (
  relations: string,
) => `select r.ev_class as relation, 'v' || r.oid as tag, 'pg_rewrite'::regclass::oid as class, r.oid as id,
       'view ' || ${qualified('n.nspname', 'c.relname')} as object
  from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
  where r.ev_class = any (${relations}) and c.relkind = 'v'`;

/** Casts from the types of the relations' columns, in the same form. */
export const castsSql = (relations: string) => `select a.attrelid, 'c' || k.oid, 'pg_cast'::regclass::oid, k.oid,
       'cast from ' || ${qualified('n.nspname', 't.typname')}
  from pg_attribute a join pg_cast k on k.castsource = a.atttypid join pg_type t on t.oid = a.atttypid join pg_namespace n on n.oid = t.typnamespace
  where a.attrelid = any (${relations}) and a.attnum > 0 and k.oid >= ${firstOfUsers}`;

/** Every function of a user's that is not trusted: `name`, `runs`, `owner`. */
export const foreignFunctionsSql = (trusted: readonly string[]) => `/* pg-gameday:foreign-code */
select f.proname::text as name, 'function ' || ${qualified('n.nspname', 'f.proname')} || '(' || oidvectortypes(f.proargtypes) || ')' as runs,
       pg_get_userbyid(f.proowner)::text as owner
from pg_proc f join pg_namespace n on n.oid = f.pronamespace
where f.oid >= ${firstOfUsers} and not ${isTrusted('f.proowner', trusted)} order by 2`;

const address = (catalogue: string) => `'${catalogue}'::regclass::oid`;

/** One step from what is reached, `r`, to what it may call: columns `class` and `id`. */
const calledNext = `
  select d.refclassid, d.refobjid from pg_depend d
    where d.classid = r.class and d.objid = r.id and r.class in (${['pg_class', 'pg_statistic_ext', 'pg_policy', 'pg_constraint', 'pg_rewrite'].map(address).join()})
      and d.refclassid in (${['pg_proc', 'pg_operator', 'pg_opclass', 'pg_opfamily', 'pg_type', 'pg_cast'].map(address).join()})
  union all select ${address('pg_proc')}, f.id from pg_operator o, unnest(array[o.oprcode, o.oprrest, o.oprjoin]::oid[]) as f(id)
    where r.class = ${address('pg_operator')} and o.oid = r.id
  union all select ${address('pg_proc')}, k.castfunc from pg_cast k where r.class = ${address('pg_cast')} and k.oid = r.id
  union all select ${address('pg_opfamily')}, k.opcfamily from pg_opclass k where r.class = ${address('pg_opclass')} and k.oid = r.id
  union all select ${address('pg_proc')}, s.amproc from pg_amproc s where r.class = ${address('pg_opfamily')} and s.amprocfamily = r.id
  union all select ${address('pg_operator')}, s.amopopr from pg_amop s where r.class = ${address('pg_opfamily')} and s.amopfamily = r.id
  union all select ${address('pg_constraint')}, k.oid from pg_constraint k where r.class = ${address('pg_type')} and k.contypid = r.id
  union all select ${address('pg_proc')}, f.id from pg_type t, unnest(array[t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout]::oid[]) as f(id)
    where r.class = ${address('pg_type')} and t.oid = r.id
  union all select ${address('pg_type')}, e.id from pg_type t, unnest(array[t.typelem, t.typbasetype]) as e(id)
    where r.class = ${address('pg_type')} and t.oid = r.id
  union all select ${address('pg_type')}, a.atttypid from pg_type t join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0
    where r.class = ${address('pg_type')} and t.oid = r.id and t.typrelid <> 0
  union all select n.class, n.id from pg_range g, lateral (values (${address('pg_proc')}, g.rngcanonical::oid), (${address('pg_proc')}, g.rngsubdiff::oid),
      (${address('pg_opclass')}, g.rngsubopc), (${address('pg_type')}, g.rngsubtype)) as n(class, id)
    where r.class = ${address('pg_type')} and r.id in (g.rngtypid, g.rngmultitypid)`;

/** Types whose values are written out with that of a column: they call no check of a domain. */
const partsNext = `
  select t.typelem from pg_type t where t.oid = r.id
  union all select t.typbasetype from pg_type t where t.oid = r.id
  union all select g.rngsubtype from pg_range g where r.id in (g.rngtypid, g.rngmultitypid)
  union all select a.atttypid from pg_type t join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    where t.oid = r.id and t.typrelid <> 0`;

/**
 * Foreign code by relation: `relation`, `object`, `runs`, `owner`; `comparing`: of an operator class; `written`: it runs when a
 * value is written out. And of what is attached each `tag`, with `runs` null. Plain reads of the catalogue.
 */
export function foreignCodeSql(
  trusted: readonly string[],
  relations?: string,
  attached = attachedSql(relations),
): string {
  const isOfUser = `${relations === undefined ? 'true' : `a.attrelid = any (${relations})`} and a.atttypid >= ${firstOfUsers}`;
  return `/* pg-gameday:foreign-code */
with recursive attached as (${attached}),
reached(relation, tag, object, class, id, comparing) as (
  select relation, tag, object, class, id, false from attached
  union
  select r.relation, r.tag, r.object, next.class, next.id, r.comparing or next.class in (${address('pg_opclass')}, ${address('pg_opfamily')})
  from reached r cross join lateral (${calledNext}) as next(class, id) where next.id >= ${firstOfUsers}
),
part(relation, object, id) as (
  select a.attrelid, 'column ' || quote_ident(a.attname), a.atttypid
  from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'm') where a.attnum > 0 and ${isOfUser}
  union
  select r.relation, r.object, next.id from part r cross join lateral (${partsNext}) as next(id) where next.id >= ${firstOfUsers}
),
called(relation, tag, object, id, comparing, written) as (
  select relation, tag, object, id, comparing, false from reached where class = ${address('pg_proc')}
  union
  select r.relation, null, r.object, f.id, false, true from part r join pg_type t on t.oid = r.id,
    unnest(array[t.typoutput, t.typsend]::oid[]) as f(id) where f.id >= ${firstOfUsers}
)
select c.relation::int8 as relation, c.tag, c.object, 'function ' || ${qualified('n.nspname', 'f.proname')} || '(' || oidvectortypes(f.proargtypes) || ')' as runs,
       pg_get_userbyid(f.proowner)::text as owner, c.comparing, c.written
from called c join pg_proc f on f.oid = c.id join pg_namespace n on n.oid = f.pronamespace where not ${isTrusted('f.proowner', trusted)}
union
select r.relation::int8, r.tag, r.object, 'domain ' || ${qualified('n.nspname', 't.typname')}, pg_get_userbyid(t.typowner)::text, r.comparing, false
from reached r join pg_type t on t.oid = r.id and r.class = ${address('pg_type')} join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'd' and not ${isTrusted('t.typowner', trusted)}
union
select relation::int8, tag, object, null, null, false, false from attached
order by 1, 3, 4`;
}
