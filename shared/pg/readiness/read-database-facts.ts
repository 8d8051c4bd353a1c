import type pg from 'pg';
import type { DatabaseFacts } from '../../contracts/dr-readiness/dr-readiness.ts';
import { leaseFactsSql } from './lease-facts-sql.ts';

/** Schemas that are not the user's. */
const userSchema = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'`;
const named = `pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)`;
/** Roles of PostgreSQL, of RDS and ours. */
const userRole = (alias: string) =>
  `${alias}.rolname !~ '^(pg_|rds)' and ${alias}.rolname !~ '^gameday(_|$)' and not ${alias}.rolsuper`;
const fromVersion = (version: number, major: number, sql: string, otherwise: string) =>
  version >= major * 10_000 ? sql : otherwise;

/** One statement for each list: what a role without a privilege cannot see is then missing alone. */
const lists = (version: number) => ({
  tables: `select ${named} as name,
   md5((select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull::text || ' ' || a.attidentity::text || ' '
     || coalesce(pg_get_expr(d.adbin, d.adrelid), ''), ',' order by a.attname)
     from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) as columns,
   (c.relreplident = 'f' or exists (select from pg_index i where i.indrelid = c.oid and i.indisvalid
     and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident else false end)) as "hasIdentity",
   c.relpersistence = 'u' as "isUnlogged",
   array(select distinct coalesce(g.rolname, 'PUBLIC') || '=' || x.privilege_type from aclexplode(c.relacl) x
     left join pg_roles g on g.oid = x.grantee where x.grantee <> c.relowner order by 1) as grants
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and c.relpersistence <> 't' and ${userSchema}
   and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e') order by 1`,
  materializedViews: `select ${named} as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'm' and ${userSchema} order by 1`,
  indexes: `select ${named} as name, (select quote_ident(m.nspname) || '.' || quote_ident(t.relname) from pg_class t
   join pg_namespace m on m.oid = t.relnamespace where t.oid = i.indrelid) as table
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid
 where c.relkind = 'i' and i.indisvalid and ${userSchema} order by 1`,
  sequences: `select ${named} as name, pg_sequence_last_value(c.oid)::float8 as value
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and c.relpersistence <> 't' and ${userSchema} order by 1`,
  extensions: `select extname as name, extversion as value from pg_extension order by 1`,
  roles: `select r.rolname as name, r.rolcanlogin and r.rolconnlimit <> 0 as "mayLogin",
   array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid and ${userRole('g')} order by 1) as "memberOf",
   exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${userSchema}
     and has_schema_privilege(r.oid, n.oid, 'USAGE') and has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) as "mayWrite"
  from pg_roles r where ${userRole('r')}
   and not exists (select from pg_roles s where s.rolname = 'rds_superuser' and pg_has_role(r.oid, s.oid, 'member')) order by 1`,
  settings: `select name, setting as value from pg_settings where name in ('max_connections', 'max_locks_per_transaction',
   'max_prepared_transactions', 'work_mem', 'row_security')
 union all select lower(s.name), coalesce((select split_part(c, '=', 2) from pg_db_role_setting d, unnest(d.setconfig) c
    where d.setrole = 0 and d.setdatabase = (select oid from pg_database where datname = current_database()) and c like lower(s.name) || '=%' limit 1), s.reset_val)
  from (select name, boot_val as reset_val from pg_settings where lower(name) in ('timezone', 'default_transaction_isolation', 'search_path')) s`,
  publications: `select p.pubname as name,
   array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end,
     case when p.pubtruncate then 'truncate' end], null) as operations,
   ${fromVersion(
     version,
     15,
     `array(select ${named} from pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace
       where r.prpubid = p.oid and (r.prqual is not null or r.prattrs is not null) order by 1)`,
     'array[]::text[]',
   )} as partial,
   array(select quote_ident(t.schemaname) || '.' || quote_ident(t.tablename) from pg_publication_tables t where t.pubname = p.pubname order by 1) as tables
  from pg_publication p order by 1`,
  slots: `select slot_name as name, slot_type = 'logical' as "isLogical", active as "isActive", wal_status as "walStatus", safe_wal_size::float8 as "safeBytes",
   greatest(0, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0))::float8 as "retainedBytes",
   greatest(0, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0))::float8 as "unconfirmedBytes"
  from pg_replication_slots where (database = current_database() or slot_type = 'physical') and not pg_is_in_recovery() order by 1`,
  subscriptions: `select s.subname as name, s.subenabled as "isEnabled", s.subslotname as slot, s.subpublications as publications,
   exists (select from pg_stat_subscription w where w.subid = s.oid and w.relid is null and w.pid is not null) as "hasWorker",
   ${fromVersion(version, 15, 'coalesce((select e.apply_error_count + e.sync_error_count from pg_stat_subscription_stats e where e.subid = s.oid), 0)::float8', '0')} as errors,
   array(select ${named} from pg_subscription_rel r join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace
     where r.srsubid = s.oid and r.srsubstate <> 'r' order by 1) as "notReady",
   array(select ${named} from pg_subscription_rel r join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace
     where r.srsubid = s.oid and r.srsubstate = 'r' order by 1) as tables
  from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database()) order by 1`,
  one: `select (extract(epoch from clock_timestamp()) * 1000)::float8 as now, current_setting('server_version_num')::int as version,
   (select count(*) from pg_largeobject_metadata)::int as "largeObjects",
   (select count(*) from pg_prepared_xacts where database = current_database())::int as "preparedTransactions"`,
});

/** Reads catalogues, statistics and the newest beat; changes nothing. `fence`: a session of the role of the fence, where there is one. */
export async function readDatabaseFacts(client: pg.ClientBase, fence?: pg.ClientBase): Promise<DatabaseFacts> {
  const { rows: versions } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  const sql = lists(versions[0]?.version ?? 0);
  const ask = async <T>(text: string): Promise<T[]> =>
    (await client.query(`/* pg-gameday:readiness */ ${text}`)).rows as T[];
  const names = async (text: string) => (await ask<{ name: string }>(text)).map(({ name }) => name);
  const record = async <T>(text: string) =>
    Object.fromEntries((await ask<{ name: string; value: T }>(text)).map(({ name, value }) => [name, value]));
  const [one] = await ask<Pick<DatabaseFacts, 'now' | 'version' | 'largeObjects' | 'preparedTransactions'>>(sql.one);
  if (one === undefined) throw new Error('a query of one row has none');
  const { rows: lease } =
    fence === undefined ? { rows: [] } : await fence.query<{ lease: DatabaseFacts['lease'] }>(leaseFactsSql);
  return {
    ...one,
    tables: await ask<DatabaseFacts['tables'][number]>(sql.tables),
    materializedViews: await names(sql.materializedViews),
    indexes: await ask<DatabaseFacts['indexes'][number]>(sql.indexes),
    sequences: await record<number | null>(sql.sequences),
    extensions: await record<string>(sql.extensions),
    roles: await ask<DatabaseFacts['roles'][number]>(sql.roles),
    settings: await record<string>(sql.settings),
    publications: await ask<DatabaseFacts['publications'][number]>(sql.publications),
    slots: await ask<DatabaseFacts['slots'][number]>(sql.slots),
    subscriptions: await ask<DatabaseFacts['subscriptions'][number]>(sql.subscriptions),
    beatAt: await readBeat(client),
    lease: lease[0]?.lease ?? null,
  };
}

/** A database without the bootstrap has no heartbeat, and that is an answer. */
async function readBeat(client: pg.ClientBase): Promise<number | null> {
  const { rows: tables } = await client.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'gameday' and c.relname = 'heartbeat'`,
  );
  if (tables.length === 0) return null;
  const { rows } = await client.query<{ at: number | null }>(
    `/* pg-gameday:readiness */ select (extract(epoch from max(at)) * 1000)::float8 as at from gameday.heartbeat`,
  );
  return rows[0]?.at ?? null;
}
