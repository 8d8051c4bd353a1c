import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { type Capabilities, capabilitySteps } from './capabilities-sql.ts';
import { foreignObjectsSql } from './foreign-objects.ts';
import { integrityChecks } from './integrity-checks-sql.ts';
import { markerSteps } from './marker-sql.ts';
import { connectTo, loginRole, membership } from './role-steps.ts';
import { recordVersion } from './version.ts';

/**
 * The least a role needs to prove a copy of a database: read every table, see every statistic, write one heartbeat
 * row, call amcheck. The role and its password are part of a snapshot, so the same role opens the restored copy.
 *
 * Run it in each database of the instance; the role is created once. The text holds no password: set it afterwards
 * with `ALTER ROLE`, from the secret.
 */
export function bootstrapSql(options: {
  readonly role: string;
  readonly database: string;
  readonly capabilities?: Capabilities;
  /** Who may mark moments. */
  readonly markerRoles?: readonly string[];
}): readonly BootstrapStep[] {
  const role = pg.escapeIdentifier(options.role);
  const roleText = pg.escapeLiteral(options.role);

  return [
    loginRole(options.role, 'the functions log in as a role of their own, never as the master user'),
    connectTo(options.role, options.database),
    membership(options.role, 'pg_read_all_data', 'SELECT on every table, view and sequence, USAGE on every schema'),
    membership(options.role, 'pg_monitor', 'statistics, settings and the sessions of other roles'),
    {
      title: `BYPASSRLS for ${role}`,
      why: 'lets the role read tables with row-level security. PostgreSQL 16 and later let only a role that has BYPASSRLS give it away, older ones only a superuser; the master user of RDS is neither, and the next step serves instead',
      check: `select exists (select from pg_catalog.pg_roles where rolname = ${roleText} and rolbypassrls)`,
      sql: `alter role ${role} bypassrls`,
      optional: true,
    },
    {
      title: `policy gameday_reads_every_row`,
      subject: 'row-level security',
      why: 'shows the role every row of tables with row-level security, for reading only; without it such a table stays unproven and is named. Run the bootstrap again when a table gets row-level security',
      check: `select (select rolbypassrls from pg_catalog.pg_roles where rolname = ${roleText}) or not exists (${protectedTables(roleText)})`,
      sql: `do $bootstrap$
declare
  protected pg_catalog.regclass;
begin
  for protected in ${protectedTables(roleText)} loop
    begin
      execute pg_catalog.format('create policy gameday_reads_every_row on %s for select to %I using (true)', protected, ${roleText});
    exception
      -- Of another owner, forbidden by an event trigger, dropped or locked meanwhile: it keeps nobody from the others.
      when others then
        raise warning '% gets no policy: %', protected, sqlerrm;
    end;
  end loop;
end
$bootstrap$`,
      left: `select distinct pg_catalog.format('%s of owner %s', c.oid::pg_catalog.regclass, c.relowner::pg_catalog.regrole) from pg_catalog.pg_class c
 where not (select rolbypassrls from pg_catalog.pg_roles where rolname = ${roleText}) and c.oid in (${protectedTables(roleText)}) order by 1`,
      optional: true,
    },
    {
      title: 'nothing of a stranger in schema gameday',
      subject: 'strangers',
      why: 'a trigger, a rule or a function there would run as the role that reads everything; what is not ours is named, with what to do, and never taken over',
      check: `select not exists (${foreignObjectsSql(options.role)})`,
      sql: refuseStrangers(options.role),
      optional: false,
    },
    {
      title: 'schema gameday',
      why: 'everything that is ours in a database of yours, in one place',
      check: `select exists (select from pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a join pg_catalog.pg_roles r on r.oid = a.grantee
 where n.nspname = 'gameday' and r.rolname = ${roleText} and a.privilege_type = 'USAGE')`,
      // Somebody may have made one since the step before.
      sql: `create schema if not exists gameday;
${refuseStrangers(options.role)};
grant usage on schema gameday to ${role}`,
      optional: false,
    },
    {
      title: 'table gameday.heartbeat',
      why: 'one row, rewritten every second, dates the point that a copy or a replica has reached',
      check: `select exists (select from ${heartbeat})`,
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
      check: `select pg_catalog.count(distinct a.privilege_type) = 3 from ${heartbeat}, pg_catalog.aclexplode(c.relacl) a
 join pg_catalog.pg_roles r on r.oid = a.grantee
 where r.rolname = ${roleText} and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE')`,
      sql: `grant select, insert, update on gameday.heartbeat to ${role}`,
      optional: false,
    },
    {
      title: 'extension amcheck',
      why: 'finds a damaged index or heap page that a comparison of rows cannot see',
      check: `select exists (select from pg_catalog.pg_extension where extname = 'amcheck')`,
      sql: 'create extension if not exists amcheck schema gameday',
      optional: false,
    },
    ...integrityChecks(options.role),
    ...capabilitySteps(options.role, options.database, options.capabilities ?? {}),
    ...markerSteps(options.markerRoles ?? []),
    recordVersion(),
  ];
}

/** By the catalogue: to_regclass fails in a schema that one may not enter, and a stranger's is such a one. */
const heartbeat = `(select h.* from pg_catalog.pg_class h join pg_catalog.pg_namespace n on n.oid = h.relnamespace
  where n.nspname = 'gameday' and h.relname = 'heartbeat') c`;

const refuseStrangers = (role: string) => `do $bootstrap$
declare
  problems pg_catalog.text;
  remedies pg_catalog.text;
begin
  select pg_catalog.string_agg(f.problem, '; ' order by f.problem), pg_catalog.string_agg(distinct f.remedy, '. ')
    into problems, remedies from (${foreignObjectsSql(role)}) f;
  if problems is not null then
    raise exception using errcode = 'object_not_in_prerequisite_state', message = problems, hint = remedies || '.';
  end if;
end
$bootstrap$`;

/** Tables with row-level security and without our policy. */
const protectedTables = (role: string) => `select c.oid::pg_catalog.regclass from pg_catalog.pg_class c
 where c.relrowsecurity and not exists (select from pg_catalog.pg_policy p
  where p.polrelid = c.oid and p.polpermissive and pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true'
    and (select oid from pg_catalog.pg_roles where rolname = ${role}) = any (p.polroles))`;
