import type pg from 'pg';
import type { WitnessHeader } from '../../contracts/witness.ts';
import { UnsupportedVersionError } from '../../errors.ts';
import { readCollationVersions } from '../witness/collations.ts';

export type ServerFacts = WitnessHeader['server'];

const factsSql = `/* pg-gameday:server-facts */
select current_setting('server_version_num')::int as "versionNumber", current_setting('server_version') as version,
       (select system_identifier::text from pg_control_system()) as "systemIdentifier",
       (select oid::int8 from pg_database where datname = current_database()) as "databaseOid",
       (select coalesce(jsonb_object_agg(name, setting), '{}') from pg_settings
        where source in ('configuration file', 'command line', 'database', 'global') and context <> 'internal'
          and name <> all ($1::text[]) and name !~ '^(rds|ssl|log)[._]') as parameters,
       (select jsonb_object_agg(extname, extversion) from pg_extension) as extensions`;

/** Parameters that belong to a machine or to its place in a cluster, and so differ between a source and its copy. */
const machineParameters = [
  'port',
  'listen_addresses',
  'unix_socket_directories',
  'unix_socket_permissions',
  'data_directory',
  'config_file',
  'hba_file',
  'ident_file',
  'external_pid_file',
  'cluster_name',
  'archive_command',
  'archive_mode',
  'archive_library',
  'restore_command',
  'primary_conninfo',
  'primary_slot_name',
  'synchronous_standby_names',
  'hot_standby',
  'fsync',
  'full_page_writes',
  // A copy may start without workers that would reach its source's publishers.
  'max_logical_replication_workers',
  'max_sync_workers_per_subscription',
  'max_parallel_apply_workers_per_subscription',
  // These follow the memory of the instance class, and the copy's class may differ by policy.
  'shared_buffers',
  'effective_cache_size',
  'maintenance_work_mem',
  'autovacuum_work_mem',
  'max_connections',
  'autovacuum_max_workers',
];

/** Throws UnsupportedVersionError below PostgreSQL 14, which lacks hash_record_extended and the TID range scan. */
export async function readServerFacts(client: pg.Client): Promise<ServerFacts> {
  const version = await client.query<{ number: number }>("select current_setting('server_version_num')::int as number");
  const number = version.rows[0]?.number ?? 0;
  if (number < 140000) {
    throw new UnsupportedVersionError(`server has version ${Math.floor(number / 10000)}, 14 or later is required`, {
      hints: ['Exact verification needs hash_record_extended, which PostgreSQL 14 introduced.'],
    });
  }
  const { rows } = await client.query<ServerFacts & { databaseOid: string }>(factsSql, [machineParameters]);
  const [row] = rows;
  if (row === undefined) throw new Error('the server reported nothing about itself');
  const collations = await readCollationVersions(client, number);
  return { ...row, databaseOid: Number(row.databaseOid), collations };
}
