import { all, changedIn, type HealthQuery } from './health-query.ts';

const setting = (name: string) =>
  `coalesce(nullif(pg_catalog.current_setting('${name}', true), ''), '0')::pg_catalog.int4`;
export const seconds = (moment: string) => `extract(epoch from ${moment})::pg_catalog.float8`;

export const serverQuery: HealthQuery = {
  id: 'server',
  of: 'instance',
  cycle: 'fast',
  kind: 'gauge',
  unit: 'settings',
  means: 'version, start, role in replication, reserved connections, and what the role may see',
  cost: '0.3 ms',
  variants: all(`/* pg-gameday:health-server */
select pg_catalog.current_setting('server_version_num')::pg_catalog.int4 as version, ${seconds('pg_catalog.clock_timestamp()')} as now,
       ${seconds('pg_catalog.pg_postmaster_start_time()')} as "startedAt", pg_catalog.pg_is_in_recovery() as "isInRecovery",
       (select c.system_identifier::pg_catalog.text from pg_catalog.pg_control_system() c) as "systemIdentifier",
       ${setting('max_connections')} as "maxConnections", ${setting('superuser_reserved_connections')} as "superuserReserved",
       ${setting('reserved_connections')} as reserved, ${setting('rds.rds_superuser_reserved_connections')} as "rdsReserved",
       pg_catalog.current_setting('track_counts')::pg_catalog.bool as "tracksCounts",
       pg_catalog.current_setting('track_activities')::pg_catalog.bool as "tracksActivities",
       pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "seesActivity"`),
};

/**
 * Of dumps and of our own snapshots a few, and of all others: none can hide behind another kind. A transaction that has failed
 * and was not rolled back has no beginning any more: it is as old as its failure.
 */
export const activityQuery: HealthQuery = {
  id: 'activity',
  of: 'instance',
  cycle: 'fast',
  kind: 'gauge',
  unit: 'sessions, moments',
  means: 'sessions of clients, their oldest transactions, prepared transactions',
  cost: '0.5 ms with 100 sessions',
  variants: all(`/* pg-gameday:health-activity */
with sessions as materialized (
  select a.pid, coalesce(a.xact_start, case a.state when 'idle in transaction (aborted)' then a.state_change end) as began, exists (select from pg_catalog.pg_stat_progress_copy c where c.pid = a.pid) as copies,
         a.usename = current_user and a.application_name like 'pg-gameday %' as ours
    from pg_catalog.pg_stat_activity a where a.backend_type = 'client backend'),
open as (
  select s.*, pg_catalog.row_number() over (partition by s.copies, s.ours order by s.began) as by_age
    from sessions s where s.began is not null and s.pid <> pg_catalog.pg_backend_pid())
select ${seconds('pg_catalog.clock_timestamp()')} as now, (select pg_catalog.count(*) from sessions)::pg_catalog.int4 as clients,
       coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('pid', o.pid, 'startedAt', ${seconds('o.began')},
         'copies', o.copies, 'isOurs', o.ours) order by o.began)
         from open o where o.by_age <= 5), '[]') as transactions,
       (select ${seconds('pg_catalog.min(p.prepared)')} from pg_catalog.pg_prepared_xacts p) as "preparedAt"`),
};

/** Of all databases, template0 and those that let nobody in among them: each of them stops the server. */
export const agesQuery: HealthQuery = {
  id: 'ages',
  of: 'instance',
  cycle: 'fast',
  kind: 'gauge',
  unit: 'ids',
  means: 'age of the oldest transaction id and multixact that any database still needs',
  cost: '0.1 ms',
  variants: all(`/* pg-gameday:health-ages */
select pg_catalog.max(pg_catalog.age(d.datfrozenxid))::pg_catalog.float8 as "transactionIds",
       pg_catalog.max(pg_catalog.mxid_age(d.datminmxid))::pg_catalog.float8 as multixacts from pg_catalog.pg_database d`),
};

const slots = (synced: string, inactiveSince: string) => `/* pg-gameday:health-slots */
select s.slot_name as name, s.active as "isActive", s.temporary as "isTemporary", ${synced} as "isSynced", s.wal_status as "walStatus",
       pg_catalog.pg_wal_lsn_diff(case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
         else pg_catalog.pg_current_wal_lsn() end, s.restart_lsn)::pg_catalog.float8 as "retainedBytes",
       ${inactiveSince} as "inactiveSince"
  from pg_catalog.pg_replication_slots s order by 6 desc nulls last limit 100`;

export const slotsQuery: HealthQuery = {
  id: 'slots',
  of: 'instance',
  cycle: 'fast',
  kind: 'gauge',
  unit: 'bytes, moments',
  means: 'what each replication slot retains, of active ones too, and since when it has no consumer',
  cost: '0.1 ms',
  variants: changedIn(17, slots('false', 'null::pg_catalog.float8'), slots('s.synced', seconds('s.inactive_since'))),
};
