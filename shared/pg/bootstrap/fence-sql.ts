import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { leaseSteps } from './lease-steps.ts';
import { connectTo, loginRole, membership, nothingElse, oneOf, versionBelow } from './role-steps.ts';

/**
 * Keeps applications out: it may take and give membership of their roles, end their sessions, and read nothing of them. It may
 * not say ALTER ROLE … NOLOGIN: for that PostgreSQL wants CREATEROLE besides, which would be far more; functions of the master
 * user do it for the named roles.
 */
export function fenceSteps(name: string, database: string, roles: readonly string[]): BootstrapStep[] {
  return [
    loginRole(name, 'keeps the application out while another instance serves it'),
    connectTo(name, database),
    nothingElse(name, oneOf(['pg_signal_backend', ...roles])),
    membership(
      name,
      'pg_signal_backend',
      'ends the sessions that are open already, never those of a superuser; before PostgreSQL 16 after SET ROLE pg_signal_backend',
      undefined,
      // A role that must not inherit the application's privileges inherits none.
      `case when ${versionBelow(16)} then 'member' else 'usage' end`,
    ),
    ...roles.map((role) => adminOption(name, role)),
    ...leaseSteps(name, roles),
  ];
}

/**
 * 16 and later: administers the role without having its privileges. Before, ADMIN OPTION is a membership; NOINHERIT
 * keeps its privileges away until somebody says SET ROLE.
 */
function adminOption(name: string, application: string): BootstrapStep {
  const fence = pg.escapeIdentifier(name);
  const target = pg.escapeIdentifier(application);
  const targetText = pg.escapeLiteral(application);
  const flag = (option: string) => `coalesce((pg_catalog.to_jsonb(m) ->> '${option}')::pg_catalog.bool, false)`;
  return {
    title: `ADMIN OPTION on ${target} for ${fence}`,
    why: 'the fence is put up by whoever administers the role of the application',
    check: `select coalesce(pg_catalog.bool_or(m.admin_option) and not pg_catalog.bool_or(${flag('inherit_option')} or ${flag('set_option')})
    and (not ${versionBelow(16)} or not pg_catalog.bool_or(r.rolinherit)), false)
  from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid join pg_catalog.pg_roles r on r.oid = m.member
 where g.rolname = ${targetText} and r.rolname = ${pg.escapeLiteral(name)}`,
    sql: `do $bootstrap$
begin
  if exists (select from pg_catalog.pg_roles a where a.rolname = ${targetText} and (a.rolsuper or a.rolcreaterole
       or exists (select from pg_catalog.pg_roles s where s.rolname = 'rds_superuser' and pg_catalog.pg_has_role(a.oid, s.oid, 'member')))) then
    raise exception using errcode = 'invalid_role_specification',
      message = pg_catalog.format('role %L is no application: it administers the instance', ${targetText}),
      hint = 'Name the roles that applications log in as.';
  end if;
  if ${versionBelow(16)} then
    execute ${pg.escapeLiteral(`alter role ${fence} noinherit`)};
    execute ${pg.escapeLiteral(`grant ${target} to ${fence} with admin option`)};
  else
    execute ${pg.escapeLiteral(`grant ${target} to ${fence} with admin true, inherit false, set false`)};
  end if;
end
$bootstrap$`,
    optional: false,
  };
}
