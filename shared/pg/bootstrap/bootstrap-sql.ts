import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { integrityChecks } from './integrity-checks-sql.ts';

/** An SQL condition on `pg_roles`: the role has nothing that would make it more than a reader. */
const HARMLESS = 'not (rolsuper or rolcreaterole or rolcreatedb or rolreplication)';

/**
 * The least a role needs to prove a copy of a database: read every table, see every statistic, write one heartbeat
 * row, call amcheck. The role and its password are part of a snapshot, so the same role opens the restored copy.
 *
 * Run it in each database of the instance; the role is created once. The text holds no password: set it afterwards
 * with `ALTER ROLE`, from the secret.
 */
export function bootstrapSql(options: { readonly role: string; readonly database: string }): readonly BootstrapStep[] {
  const role = pg.escapeIdentifier(options.role);
  const roleText = pg.escapeLiteral(options.role);
  const database = pg.escapeIdentifier(options.database);
  const databaseText = pg.escapeLiteral(options.database);

  return [
    {
      title: `role ${role}`,
      why: 'the functions log in as a role of their own, never as the master user',
      check: `select exists (select from pg_roles where rolname = ${roleText} and rolcanlogin and ${HARMLESS})`,
      sql: `do $bootstrap$
begin
  if not exists (select from pg_roles where rolname = ${roleText}) then
    create role ${role} login;
  elsif exists (select from pg_roles where rolname = ${roleText} and not ${HARMLESS}) then
    raise exception using errcode = 'invalid_role_specification',
      message = format('role %L can change roles, databases or replication, it must only read', ${roleText}),
      hint = 'Choose another role name, or take the attributes from this one.';
  else
    alter role ${role} login;
  end if;
end
$bootstrap$`,
      optional: false,
    },
    {
      title: `CONNECT on database ${database}`,
      why: 'stays valid when CONNECT is taken from PUBLIC',
      check: `select exists (select from pg_database d, aclexplode(d.datacl) a join pg_roles r on r.oid = a.grantee
 where d.datname = ${databaseText} and r.rolname = ${roleText} and a.privilege_type = 'CONNECT')`,
      sql: `grant connect on database ${database} to ${role}`,
      optional: false,
    },
    membership(options.role, 'pg_read_all_data', 'SELECT on every table, view and sequence, USAGE on every schema'),
    membership(options.role, 'pg_monitor', 'statistics, settings and the sessions of other roles'),
    {
      title: `BYPASSRLS for ${role}`,
      why: 'lets the role read tables with row-level security. PostgreSQL 16 and later let only a role that has BYPASSRLS give it away, older ones only a superuser; the master user of RDS is neither, and the next step serves instead',
      check: `select exists (select from pg_roles where rolname = ${roleText} and rolbypassrls)`,
      sql: `alter role ${role} bypassrls`,
      optional: true,
    },
    {
      title: `policy gameday_reads_every_row`,
      why: 'shows the role every row of tables with row-level security, for reading only; without it such a table stays unproven and is named. Run the bootstrap again when a table gets row-level security',
      check: `select (select rolbypassrls from pg_roles where rolname = ${roleText}) or not exists (${protectedTables(roleText)})`,
      sql: `do $bootstrap$
declare
  protected regclass;
begin
  for protected in ${protectedTables(roleText)} loop
    begin
      execute format('create policy gameday_reads_every_row on %s for select to %I using (true)', protected, ${roleText});
    exception
      -- Of another owner, forbidden by an event trigger, dropped or locked meanwhile: it keeps nobody from the others.
      when others then
        raise warning '% gets no policy: %', protected, sqlerrm;
    end;
  end loop;
end
$bootstrap$`,
      left: `select distinct format('%s of owner %s', c.oid::regclass, c.relowner::regrole) from pg_class c
 where not (select rolbypassrls from pg_roles where rolname = ${roleText}) and c.oid in (${protectedTables(roleText)}) order by 1`,
      optional: true,
    },
    {
      title: 'schema gameday',
      why: 'everything that is ours in a database of yours, in one place',
      check: `select exists (select from pg_namespace n, aclexplode(n.nspacl) a join pg_roles r on r.oid = a.grantee
 where n.nspname = 'gameday' and r.rolname = ${roleText} and a.privilege_type = 'USAGE')`,
      sql: `create schema if not exists gameday; grant usage on schema gameday to ${role}`,
      optional: false,
    },
    {
      title: 'table gameday.heartbeat',
      why: 'one row, rewritten every second, dates the point that a copy or a replica has reached',
      check: `select to_regclass('gameday.heartbeat') is not null`,
      // Half-empty pages keep every update a HOT update: the row changes each second for years.
      sql: `create table if not exists gameday.heartbeat (
  name text primary key,
  beat bigint not null,
  at timestamptz not null,
  lsn pg_lsn not null,
  xid xid8 not null
) with (fillfactor = 50)`,
      optional: false,
    },
    {
      title: `SELECT, INSERT, UPDATE on gameday.heartbeat`,
      why: 'the only table that the role may write; nobody needs to delete from it',
      check: `select count(distinct a.privilege_type) = 3 from pg_class c, aclexplode(c.relacl) a
 join pg_roles r on r.oid = a.grantee
 where c.oid = to_regclass('gameday.heartbeat') and r.rolname = ${roleText}
   and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE')`,
      sql: `grant select, insert, update on gameday.heartbeat to ${role}`,
      optional: false,
    },
    {
      title: 'extension amcheck',
      why: 'finds a damaged index or heap page that a comparison of rows cannot see',
      check: `select exists (select from pg_extension where extname = 'amcheck')`,
      sql: 'create extension if not exists amcheck schema gameday',
      optional: false,
    },
    ...integrityChecks(options.role),
  ];
}

/** Tables with row-level security and without our policy. */
const protectedTables = (role: string) => `select c.oid::regclass from pg_class c
 where c.relrowsecurity and not exists (select from pg_policy p
  where p.polrelid = c.oid and p.polpermissive and pg_get_expr(p.polqual, p.polrelid) = 'true'
    and (select oid from pg_roles where rolname = ${role}) = any (p.polroles))`;

function membership(role: string, group: string, why: string): BootstrapStep {
  return {
    title: `membership in ${group}`,
    why,
    check: `select coalesce((select pg_has_role(oid, '${group}', 'usage') from pg_roles
 where rolname = ${pg.escapeLiteral(role)}), false)`,
    sql: `grant ${group} to ${pg.escapeIdentifier(role)}`,
    optional: false,
  };
}
