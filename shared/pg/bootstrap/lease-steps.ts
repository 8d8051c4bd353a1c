import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { type FenceFunction, fenceFunctions } from './fence-functions.ts';
import { isolationFunctions } from './isolation-functions.ts';

/** Every table and function of the fence, for whoever looks at what in schema gameday is ours. */
export const fenceTables = ['lease', 'fenced_role', 'isolated_role'] as const;
export const fenceFunctionNames = [...fenceFunctions([]), ...isolationFunctions].map(({ name }) => name);

/** What keeps the applications out, as the master user makes it: tables that nobody else writes, functions that only `fence` may call. */
export function leaseSteps(fence: string, roles: readonly string[]): BootstrapStep[] {
  return [
    {
      title: `USAGE on schema gameday for ${pg.escapeIdentifier(fence)}`,
      why: 'its functions are there',
      check: `select exists (select from pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a join pg_catalog.pg_roles r on r.oid = a.grantee
 where n.nspname = 'gameday' and r.rolname = ${pg.escapeLiteral(fence)} and a.privilege_type = 'USAGE')`,
      sql: `grant usage on schema gameday to ${pg.escapeIdentifier(fence)}`,
      optional: false,
    },
    table(
      'lease',
      'until when applications may write, by the clock of this database; one row',
      `"only" boolean primary key default true check ("only"),
  epoch bigint not null default 0,
  valid_until timestamptz not null default '-infinity',
  fenced_epoch bigint not null default 0,
  mode text not null default 'off' check (mode in ('off', 'observe', 'enforce')),
  by_person boolean not null default false,
  dead_man_at timestamptz not null default '-infinity'`,
      'only boolean, epoch bigint, valid_until timestamp with time zone, fenced_epoch bigint, mode text, by_person boolean, dead_man_at timestamp with time zone',
      // Half-empty pages: the dead-man says every few seconds that it lives.
      ' with (fillfactor = 50)',
      'insert into gameday.lease default values on conflict do nothing',
    ),
    table(
      'fenced_role',
      'roles that are kept out, as they were before',
      `role name primary key,
  can_login boolean not null,
  connection_limit integer not null,
  since timestamptz not null default clock_timestamp()`,
      'role name, can_login boolean, connection_limit integer, since timestamp with time zone',
    ),
    table(
      'isolated_role',
      'roles that are kept out since their password leaked',
      `role name primary key,
  since timestamptz not null default clock_timestamp()`,
      'role name, since timestamp with time zone',
    ),
    ...[...fenceFunctions(roles), ...isolationFunctions].map((one) => definer(one, fence)),
    deadMan(),
  ];
}

const inGameday = `(select n.oid from pg_catalog.pg_namespace n where n.nspname = 'gameday')`;

function table(name: string, why: string, columns: string, form: string, options = '', fill = 'select'): BootstrapStep {
  return {
    title: `table gameday.${name}`,
    why,
    check: `select coalesce((select pg_catalog.string_agg(a.attname || ' ' || pg_catalog.format_type(a.atttypid, null), ', ' order by a.attnum)
  from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relnamespace = ${inGameday} and c.relname = '${name}' and c.relkind = 'r' and c.relpersistence = 'p') = '${form}', false)`,
    sql: `create table if not exists gameday.${name} (
  ${columns})${options};
${fill}`,
    optional: false,
  };
}

function definer({ name, parameters, types, returns, language, isCalled, body }: FenceFunction, fence: string) {
  const signature = `gameday.${name}(${types})`;
  return {
    title: `function gameday.${name}`,
    why: 'the fence changes the attributes of the roles that it was made for, and of no others',
    check: `select exists (select from pg_catalog.pg_proc p left join pg_catalog.pg_roles f on f.rolname = ${pg.escapeLiteral(fence)}
 where p.pronamespace = ${inGameday} and p.proname = '${name}' and pg_catalog.oidvectortypes(p.proargtypes) = '${types}'
   and p.prosecdef and p.proconfig = array['search_path=pg_catalog, pg_temp'] and pg_catalog.btrim(p.prosrc, e'\\n') = ${pg.escapeLiteral(body)}
   and ${isCalled ? '' : 'not '}coalesce((select true from pg_catalog.aclexplode(p.proacl) a where a.grantee = f.oid), false)
   and p.proacl is not null and not exists (select from pg_catalog.aclexplode(p.proacl) a where a.grantee = 0))`,
    sql: `create or replace function gameday.${name}(${parameters}) returns ${returns}
 language ${language} security definer set search_path = pg_catalog, pg_temp as $fence$
${body}
$fence$;
revoke all on function ${signature} from public;
${isCalled ? 'grant execute on' : 'revoke all on'} function ${signature} ${isCalled ? 'to' : 'from'} ${pg.escapeIdentifier(fence)}`,
    optional: false,
  };
}

/** RDS has it since pg_cron 1.5; a job of seconds. The comment records that the job was made. */
const deadMan = (): BootstrapStep => ({
  title: 'dead-man of the lease',
  why: 'fences a database whose agent is dead or cut off; without pg_cron nobody does',
  check: `select exists (select from pg_catalog.pg_proc p where p.pronamespace = ${inGameday} and p.proname = 'fence_when_stale'
 and pg_catalog.obj_description(p.oid, 'pg_proc') = 'called by pg_cron every 5 seconds')`,
  sql: `do $bootstrap$
begin
  if not exists (select from pg_catalog.pg_extension where extname = 'pg_cron') then
    raise exception using errcode = 'insufficient_privilege',
      message = 'extension pg_cron is not in this database, which is that of cron.database_name';
  end if;
  execute 'select cron.schedule(''gameday-dead-man'', ''5 seconds'', ''select gameday.fence_when_stale()'')';
  comment on function gameday.fence_when_stale() is 'called by pg_cron every 5 seconds';
end
$bootstrap$`,
  optional: true,
});
