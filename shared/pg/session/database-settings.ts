import type pg from 'pg';
import type { DatabaseSetting } from '../../domain/restore/parity.ts';

const settingsSql = `/* pg-gameday:database-settings */
select coalesce(d.datname, '*') as database, coalesce(r.rolname, '*') as role, c.setting
from pg_catalog.pg_db_role_setting s
cross join lateral unnest(s.setconfig) c (setting)
left join pg_catalog.pg_database d on d.oid = s.setdatabase
left join pg_catalog.pg_roles r on r.oid = s.setrole
where coalesce(r.rolname, '') !~ '^rds' and coalesce(d.datname, '') <> 'rdsadmin'
order by 1, 2, 3`;

/** What ALTER ROLE and ALTER DATABASE … SET have set, but for RDS's own roles and database. */
export async function readDatabaseSettings(client: pg.Client): Promise<DatabaseSetting[]> {
  const { rows } = await client.query<DatabaseSetting>(settingsSql);
  return rows;
}
