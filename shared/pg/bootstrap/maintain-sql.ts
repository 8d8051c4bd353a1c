import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { connectTo, loginRole, nothingElse, oneOf, versionBelow } from './role-steps.ts';

/** Schemas with something to maintain. */
const schemas = `select distinct n.oid, n.nspname, n.nspowner from pg_catalog.pg_namespace n
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'm')
 where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`;

/** Owners of what is to be maintained that a role may be a member of: never whoever administers the instance. */
const owners = `select distinct o.oid, o.rolname from pg_catalog.pg_class c join (${schemas}) n on n.oid = c.relnamespace
  join pg_catalog.pg_roles o on o.oid = c.relowner
 where c.relkind in ('r', 'm') and not o.rolsuper and not o.rolcreaterole
   and not exists (select from pg_catalog.pg_roles s where s.rolname = 'rds_superuser' and pg_catalog.pg_has_role(o.oid, s.oid, 'member'))`;

/**
 * 17 and later: MAINTAIN on every table, which reads no row. Before, only a table's owner may vacuum it, so the role is
 * made a member of the owners: that is more than it needs, and the plan says so.
 */
export function maintainSteps(name: string, database: string): BootstrapStep[] {
  const role = pg.escapeIdentifier(name);
  const roleText = pg.escapeLiteral(name);
  const lacks = (group: string, privilege: string) =>
    `not coalesce((select pg_catalog.pg_has_role(r.oid, ${group}, '${privilege}') from pg_catalog.pg_roles r where r.rolname = ${roleText}), false)`;
  const closed = `select s.nspname, s.nspowner from (${schemas}) s
 where not coalesce((select pg_catalog.has_schema_privilege(r.oid, s.oid, 'USAGE') from pg_catalog.pg_roles r where r.rolname = ${roleText}), false)`;
  return [
    loginRole(name, 'vacuums, analyses and reindexes, and reads no row'),
    connectTo(name, database),
    nothingElse(
      name,
      `${oneOf(['pg_maintain'])} or (${versionBelow(17)} and g.oid in (select o.oid from (${owners}) o))`,
    ),
    {
      title: `maintenance of every table for ${role}`,
      why: 'pg_maintain; before PostgreSQL 17 membership of the owners of the tables, which is more than maintenance needs, and nothing for tables of the master user',
      check: `select case when ${versionBelow(17)} then not exists (select from (${owners}) o where ${lacks('o.oid', 'usage')})
 else not ${lacks("(select g.oid from pg_catalog.pg_roles g where g.rolname = 'pg_maintain')", 'usage')} end`,
      sql: `do $bootstrap$
declare
  granted text;
begin
  if not ${versionBelow(17)} then
    execute ${pg.escapeLiteral(`grant pg_maintain to ${role}`)};
    return;
  end if;
  for granted in select o.rolname from (${owners}) o loop
    execute pg_catalog.format('grant %I to %I', granted, ${roleText});
  end loop;
end
$bootstrap$`,
      optional: false,
    },
    {
      title: `USAGE on schemas for ${role}`,
      why: 'MAINTAIN on a table is of no use in a schema that the role may not enter; what belongs to others is left to them, and stays without maintenance',
      check: `select exists (select from pg_catalog.pg_roles where rolname = ${roleText}) and not exists (${closed})`,
      sql: `do $bootstrap$
declare
  closed pg_catalog.name;
begin
  for closed in select c.nspname from (${closed}) c loop
    begin
      execute pg_catalog.format('grant usage on schema %I to %I', closed, ${roleText});
    exception
      when insufficient_privilege then
        raise warning 'schema % stays closed: %', closed, sqlerrm;
    end;
  end loop;
end
$bootstrap$`,
      left: `select pg_catalog.format('schema %I of owner %I', c.nspname, pg_catalog.pg_get_userbyid(c.nspowner)) from (${closed}) c order by 1`,
      optional: true,
    },
  ];
}
