import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { leaseSteps } from './lease-steps.ts';
import { connectTo, loginRole, membership, nothingElse, oneOf, versionBelow } from './role-steps.ts';

/**
 * Keeps applications out: it may end their sessions and call functions of the master user that take LOGIN from the named roles. It
 * is no member of them: ALTER ROLE … NOLOGIN wants CREATEROLE beside ADMIN OPTION, and both would be far more.
 */
export function fenceSteps(name: string, database: string, roles: readonly string[]): BootstrapStep[] {
  return [
    loginRole(name, 'keeps the application out while another instance serves it'),
    connectTo(name, database),
    ...roles.map((role) => noMembership(name, role)),
    nothingElse(name, oneOf(['pg_signal_backend'])),
    membership(
      name,
      'pg_signal_backend',
      'ends the sessions that are open already, never those of a superuser; before PostgreSQL 16 after SET ROLE pg_signal_backend',
      undefined,
      // The first bootstraps made it NOINHERIT there.
      `case when ${versionBelow(16)} then 'member' else 'usage' end`,
    ),
    ...leaseSteps(name, roles),
  ];
}

/** Functions of the master user put the fence up: ADMIN OPTION, which the first bootstraps gave, would let it give the role to anybody. */
function noMembership(name: string, application: string): BootstrapStep {
  const fence = pg.escapeIdentifier(name);
  const target = pg.escapeIdentifier(application);
  const targetText = pg.escapeLiteral(application);
  const administers = `select from pg_catalog.pg_roles a where a.rolname = ${targetText} and (a.rolsuper or a.rolcreaterole
       or exists (select from pg_catalog.pg_roles s where s.rolname = 'rds_superuser' and pg_catalog.pg_has_role(a.oid, s.oid, 'member')))`;
  return {
    title: `no membership in ${target} for ${fence}`,
    why: 'the fence is put up by functions of the master user, who administers the role of the application',
    check: `select exists (select from pg_catalog.pg_roles where rolname = ${targetText}) and not exists (${administers})
   and not exists (select from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid
 join pg_catalog.pg_roles r on r.oid = m.member where g.rolname = ${targetText} and r.rolname = ${pg.escapeLiteral(name)})`,
    sql: `do $bootstrap$
begin
  if exists (${administers}) then
    raise exception using errcode = 'invalid_role_specification',
      message = pg_catalog.format('role %L is no application: it administers the instance', ${targetText}),
      hint = 'Name the roles that applications log in as.';
  end if;
  revoke ${target} from ${fence};
end
$bootstrap$`,
    optional: false,
  };
}
