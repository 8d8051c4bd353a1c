import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';

/** So many markers are kept, the newest. */
export const markersKept = 1000;

const table = `select c.* from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'gameday' and c.relname = 'marker' and c.relkind = 'r'`;

/**
 * gameday.mark('release 42') writes one row, in the transaction of whoever calls it: what is rolled back was never marked. It runs
 * as the master user, so that a role that marks may write nothing else, and keeps the newest of them.
 *
 * The roles get USAGE on schema gameday, where they may call nothing but this function.
 */
export function markerSteps(roles: readonly string[]): readonly BootstrapStep[] {
  if (roles.length === 0) return [];
  const granted = (
    role: string,
  ) => `(select pg_catalog.count(*) from pg_catalog.pg_proc p, pg_catalog.aclexplode(p.proacl) a
 where p.pronamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'gameday') and p.proname = 'mark'
   and a.grantee = r.oid and a.privilege_type = 'EXECUTE' and ${pg.escapeLiteral(role)} = r.rolname) = 1`;
  return [
    {
      title: 'table gameday.marker',
      why: 'moments that somebody has named, for a restore to just before one of them',
      check: `select exists (${table})`,
      sql: `create table if not exists gameday.marker (
  number bigint generated always as identity primary key,
  name text not null,
  at timestamptz not null,
  xid xid8 not null
)`,
      optional: false,
    },
    {
      title: 'function gameday.mark',
      why: `marks a moment by a name; runs as the master user who made it, and keeps the newest ${markersKept}`,
      check: `select exists (select from pg_catalog.pg_proc p where p.pronamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'gameday')
 and p.proname = 'mark' and pg_catalog.oidvectortypes(p.proargtypes) = 'text' and p.prosecdef and p.proconfig = array['search_path=pg_catalog, pg_temp']
 and pg_catalog.md5(p.prosrc) = pg_catalog.md5(${pg.escapeLiteral(body)})
 and not exists (select from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a where a.grantee = 0))`,
      sql: `create or replace function gameday.mark(name text) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, pg_temp as ${pg.escapeLiteral(body)};
revoke all on function gameday.mark(text) from public`,
      optional: false,
    },
    ...roles.map(
      (role): BootstrapStep => ({
        title: `EXECUTE on gameday.mark for ${pg.escapeIdentifier(role)}`,
        why: 'whoever makes a release marks it',
        check: `select exists (select from pg_catalog.pg_roles r where ${granted(role)}
 and pg_catalog.has_schema_privilege(r.oid, (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'gameday'), 'USAGE'))`,
        sql: `grant usage on schema gameday to ${pg.escapeIdentifier(role)};
grant execute on function gameday.mark(text) to ${pg.escapeIdentifier(role)}`,
        optional: false,
      }),
    ),
  ];
}

const body = `
declare
  made timestamptz := clock_timestamp();
begin
  if name is null or length(name) not between 1 and 200 then
    raise exception using errcode = 'invalid_parameter_value',
      message = format('name of a marker has %s characters, expected 1 to 200', coalesce(length(name), 0));
  end if;
  insert into gameday.marker (name, at, xid) values (mark.name, made, pg_current_xact_id());
  delete from gameday.marker m where m.number <= (select max(number) from gameday.marker) - ${markersKept};
  return made;
end`;
