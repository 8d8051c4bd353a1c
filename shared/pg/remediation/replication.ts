import pg from 'pg';
import type { RemedyTarget } from '../../contracts/remediation/remediation.ts';
import type { SlotReading, SubscriptionReading, TableReading } from '../../domain/remediation/replication.ts';

type Target<Kind extends RemedyTarget['kind']> = Extract<RemedyTarget, { kind: Kind }>;

const slotsSql = `/* pg-gameday:remedy-slots */
select s.slot_name as name, s.active as "isActive", s.temporary as "isTemporary",
       coalesce((pg_catalog.to_jsonb(s) ->> 'synced')::pg_catalog.bool, false) as "isSynced", s.restart_lsn::pg_catalog.text as "restartLsn",
       pg_catalog.pg_wal_lsn_diff(case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
         else pg_catalog.pg_current_wal_lsn() end, s.restart_lsn)::pg_catalog.float8 as "retainedBytes"
  from pg_catalog.pg_replication_slots s`;

export const readSlots = async (client: pg.Client): Promise<readonly SlotReading[]> =>
  (await client.query<SlotReading>(slotsSql)).rows;

/** False when it is gone, or somebody has consumed it since: then its position is another one. */
export async function dropSlot(client: pg.Client, { name, restartLsn }: Target<'slot'>): Promise<boolean> {
  try {
    const { rows } = await client.query(
      `/* pg-gameday:drop-dead-slot */
with target as materialized (select s.slot_name from pg_catalog.pg_replication_slots s
  where s.slot_name = $1 and not s.active and not s.temporary and s.restart_lsn is not distinct from $2::pg_catalog.pg_lsn)
select pg_catalog.pg_drop_replication_slot(t.slot_name) from target t`,
      [name, restartLsn],
    );
    return rows.length === 1;
  } catch (thrown) {
    // object_in_use: it has become active between the look and the drop, in one statement.
    if ((thrown as { code?: string }).code === '55006') return false;
    throw thrown;
  }
}

const subscriptionsSql = `/* pg-gameday:remedy-subscriptions */
select s.oid::pg_catalog.int8::pg_catalog.float8 as oid, s.subname as name, s.subenabled as "isEnabled",
       exists (select from pg_catalog.pg_stat_subscription a where a.subid = s.oid and a.pid is not null and a.relid is null) as "isApplied",
       (select extract(epoch from pg_catalog.clock_timestamp() - p.backend_start)::pg_catalog.float8 from pg_catalog.pg_stat_subscription a
          join pg_catalog.pg_stat_activity p on p.pid = a.pid where a.subid = s.oid and a.relid is null limit 1) as "appliedSeconds",
       coalesce((select t.apply_error_count from pg_catalog.pg_stat_subscription_stats t where t.subid = s.oid), 0)::pg_catalog.float8 as "applyErrors",
       pg_catalog.pg_has_role(s.subowner, 'usage') as "isOwned"
  from pg_catalog.pg_subscription s
 where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())`;

export const readSubscriptions = async (client: pg.Client): Promise<readonly SubscriptionReading[]> =>
  (await client.query<SubscriptionReading>(subscriptionsSql)).rows;

export async function setSubscription(
  client: pg.Client,
  { name }: Target<'subscription'>,
  change: 'disable' | 'enable',
): Promise<void> {
  await client.query(`/* pg-gameday:unstick-subscription */ alter subscription ${pg.escapeIdentifier(name)} ${change}`);
}

/** With its TOAST table, which a vacuum of it freezes, too. */
const tablesSql = `/* pg-gameday:remedy-tables */
select c.oid::pg_catalog.int8::pg_catalog.float8 as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
       greatest(pg_catalog.age(c.relfrozenxid), coalesce((select pg_catalog.age(t.relfrozenxid) from pg_catalog.pg_class t where t.oid = c.reltoastrelid), 0)) as age,
       exists (select from pg_catalog.pg_stat_progress_vacuum v where v.datname = pg_catalog.current_database()
         and v.relid in (c.oid, c.reltoastrelid)) as "isVacuumed",
       case when pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 170000
         then pg_catalog.has_table_privilege(c.oid, case when pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 170000 then 'MAINTAIN' else 'SELECT' end)
         else pg_catalog.pg_has_role(c.relowner, 'usage') end as "isAllowed"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relfrozenxid <> '0'
 order by 3 desc limit 20`;

export const readTables = async (client: pg.Client): Promise<readonly TableReading[]> =>
  (await client.query<TableReading>(tablesSql)).rows;

/** Indexes are left to the next vacuum: they have no transaction ids, and take most of the time. */
export async function freezeTable(client: pg.Client, { name }: Target<'table'>): Promise<void> {
  await client.query(`/* pg-gameday:freeze-oldest-table */ vacuum (freeze, index_cleanup off) ${name}`);
}
