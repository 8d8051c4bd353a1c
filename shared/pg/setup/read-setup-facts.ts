import type pg from 'pg';
import type { SetupFacts } from '../../domain/readiness/setup.ts';

const named = `pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)`;
const userSchema = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'`;
const administers = (oid: string) => `exists (select from pg_roles o where o.oid = ${oid} and (o.rolsuper
  or exists (select from pg_roles s where s.rolname = 'rds_superuser' and pg_has_role(o.oid, s.oid, 'member'))))`;

/** Asked by the role that sets up, about what it may; reads catalogues only, and no row. $1: roles of applications. */
const setupFactsSql = (version: number) => `/* pg-gameday:setup */ select json_build_object(
  'walLevel', current_setting('wal_level'),
  'freeSlots', current_setting('max_replication_slots')::int - (select count(*) from pg_replication_slots),
  'freeSenders', current_setting('max_wal_senders')::int - (select count(*) from pg_stat_replication),
  'workers', current_setting('max_logical_replication_workers')::int,
  'mayStream', coalesce((select r.rolreplication from pg_roles r where r.rolname = current_user), false)
    or coalesce((select pg_has_role(o.oid, 'usage') from pg_roles o where o.rolname = 'rds_replication'), false),
  'maySubscribe', coalesce((select pg_has_role(o.oid, 'usage') from pg_roles o where o.rolname = 'pg_create_subscription'), false),
  'mayCreate', has_database_privilege(current_database(), 'CREATE'),
  'tables', (select coalesce(json_agg(json_build_object('name', ${named}, 'owner', pg_get_userbyid(c.relowner),
      'isOurs', pg_has_role(c.relowner, 'usage') and pg_has_role(c.relowner, '${version >= 160_000 ? 'set' : 'member'}'),
      'forcesPolicies', c.relrowsecurity and c.relforcerowsecurity, 'isFilled', pg_relation_size(c.oid) > 0) order by 1), '[]')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and c.relpersistence <> 't' and ${userSchema}),
  'sequences', (select coalesce(json_agg(${named}), '[]') from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where case when c.relkind = 'S' and ${userSchema} then has_schema_privilege(n.oid, 'USAGE') and has_sequence_privilege(c.oid, 'UPDATE') else false end),
  'strangers', (select coalesce(json_agg(quote_ident(e.evtname)), '[]') from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid
    where e.evtenabled in ('O', 'A') and not ${administers('p.proowner')}),
  'served', (select coalesce(json_agg(distinct a.usename), '[]') from pg_stat_activity a
    where a.datname = current_database() and a.usename = any ($1::name[]))) as setup`;

export async function readSetupFacts(client: pg.ClientBase, applications: readonly string[]): Promise<SetupFacts> {
  const { rows: versions } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  const { rows } = await client.query<{ setup: SetupFacts }>(setupFactsSql(versions[0]?.version ?? 0), [applications]);
  const [one] = rows;
  if (one === undefined) throw new Error('a query of one row has none');
  return one.setup;
}
