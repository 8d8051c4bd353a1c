import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';

/** What a role may be besides; REPLICATION is what rds_replication gives on RDS, where no role has the attribute. */
type Attributes = { readonly mayCreateDatabases?: boolean; readonly mayReplicate?: boolean };

/** An SQL condition on `pg_roles`: the role has nothing that would make it more than it is for. */
const harmless = ({ mayCreateDatabases = false, mayReplicate = false }: Attributes) =>
  `not (rolsuper or rolcreaterole${mayReplicate ? '' : ' or rolreplication'}${mayCreateDatabases ? '' : ' or rolcreatedb'})`;

/** A role with LOGIN and no password. One that can do more is refused, never narrowed: somebody else may live by it. */
export function loginRole(name: string, why: string, may: Attributes = {}): BootstrapStep {
  const role = pg.escapeIdentifier(name);
  const roleText = pg.escapeLiteral(name);
  const condition = harmless(may);
  return {
    title: `role ${role}`,
    why,
    check: `select exists (select from pg_catalog.pg_roles where rolname = ${roleText} and rolcanlogin and ${condition})`,
    sql: `do $bootstrap$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = ${roleText}) then
    create role ${role} login;
  elsif exists (select from pg_catalog.pg_roles where rolname = ${roleText} and not ${condition}) then
    raise exception using errcode = 'invalid_role_specification',
      message = pg_catalog.format('role %L can change roles, databases or replication, it must not', ${roleText}),
      hint = 'Choose another role name, or take the attributes from this one.';
  else
    alter role ${role} login;
  end if;
end
$bootstrap$`,
    optional: false,
  };
}

/** An SQL query of the roles that a role is a member of and should not be; `allowed` is a condition on `g`, a row of pg_roles. */
const widerThan = (name: string, allowed: string) =>
  `select pg_catalog.quote_ident(g.rolname) as name from pg_catalog.pg_auth_members m
   join pg_catalog.pg_roles g on g.oid = m.roleid join pg_catalog.pg_roles r on r.oid = m.member
  where r.rolname = ${pg.escapeLiteral(name)} and not (${allowed})`;

/** rds_iam and rds_password say how a role logs in, and nothing about what it may do. */
export const oneOf = (groups: readonly string[]) =>
  `g.rolname = any (array[${[...groups, 'rds_iam', 'rds_password'].map((group) => pg.escapeLiteral(group)).join(', ')}]::pg_catalog.name[])`;

/** A membership too many is refused by name and not revoked: somebody gave it for a reason that we do not know. */
export function nothingElse(name: string, allowed: string): BootstrapStep {
  const role = pg.escapeLiteral(name);
  const bypasses = `coalesce((select rolbypassrls from pg_catalog.pg_roles where rolname = ${role}), false)`;
  return {
    title: `nothing else for ${pg.escapeIdentifier(name)}`,
    why: 'what a capability does not need is privilege that nobody counts on',
    check: `select exists (select from pg_catalog.pg_roles where rolname = ${role}) and not ${bypasses} and not exists (${widerThan(name, allowed)})`,
    sql: `do $bootstrap$
declare
  wider text;
begin
  select pg_catalog.string_agg(w.name, ', ' order by w.name) into wider from (${widerThan(name, allowed)}) w;
  if wider is not null or ${bypasses} then
    raise exception using errcode = 'invalid_role_specification',
      message = pg_catalog.format('role %L has more than it is for: %s', ${role}, coalesce('member of ' || wider, 'BYPASSRLS')),
      hint = 'Take it away with REVOKE or ALTER ROLE, or give the task to another role.';
  end if;
end
$bootstrap$`,
    optional: false,
  };
}

export function onDatabase(
  name: string,
  database: string,
  privilege: 'CONNECT' | 'CREATE',
  why: string,
): BootstrapStep {
  return {
    title: `${privilege} on database ${pg.escapeIdentifier(database)}`,
    why,
    // Whoever may not grant it in a database of another's need not, where the role has it by PUBLIC.
    check: `select exists (select from pg_catalog.pg_database d join pg_catalog.pg_roles r on r.rolname = ${pg.escapeLiteral(name)}
 where d.datname = ${pg.escapeLiteral(database)} and (
  exists (select from pg_catalog.aclexplode(d.datacl) a where a.grantee = r.oid and a.privilege_type = '${privilege}')
  or (not pg_catalog.pg_has_role(d.datdba, 'usage') and pg_catalog.has_database_privilege(r.oid, d.oid, '${privilege}'))))`,
    sql: `grant ${privilege.toLowerCase()} on database ${pg.escapeIdentifier(database)} to ${pg.escapeIdentifier(name)}`,
    optional: false,
  };
}

export const connectTo = (name: string, database: string) =>
  onDatabase(name, database, 'CONNECT', 'stays valid when CONNECT is taken from PUBLIC');

/**
 * `from`: the first major version that has the group; on an older one there is nothing to do. `usage`: an SQL expression of
 * how the role has it, where that is not by inheritance.
 */
export function membership(name: string, group: string, why: string, from?: number, usage = "'usage'"): BootstrapStep {
  const has = `coalesce((select pg_catalog.pg_has_role(r.oid, g.oid, ${usage}) from pg_catalog.pg_roles r, pg_catalog.pg_roles g
 where r.rolname = ${pg.escapeLiteral(name)} and g.rolname = '${group}'), false)`;
  const grant = `grant ${group} to ${pg.escapeIdentifier(name)}`;
  return {
    title: `membership in ${group}`,
    why,
    check: from === undefined ? `select ${has}` : `select ${versionBelow(from)} or ${has}`,
    sql:
      from === undefined
        ? grant
        : `do $bootstrap$ begin if not ${versionBelow(from)} then execute ${pg.escapeLiteral(grant)}; end if; end $bootstrap$`,
    optional: false,
  };
}

export const versionBelow = (major: number) =>
  `pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < ${major}0000`;
