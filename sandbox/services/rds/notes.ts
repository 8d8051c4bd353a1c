import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon RDS for PostgreSQL',
  limits: [
    'Every instance is a PostgreSQL server of its own on a loopback port; there is one engine version.',
    'A parameter of a call that is not emulated answers NotImplemented and names the parameter.',
    "The master user may grant pg_read_all_data, pg_write_all_data and pg_maintain and has none of them, so that nothing works here only because an installation's master user happens to read everything.",
    'Instance classes decide memory formulas of parameters and max_connections, not the speed.',
    'The log of an instance with automated backups is archived as often as every scaled five minutes, and at most once a second; a restore to a time replays it. Backup windows are ignored: a backup is taken on every scaled day.',
    'Replicated automated backups arrive with the next archiving, and are not removed by age.',
    'A read replica streams from its source. It has no snapshots, automated backups or replicas of its own.',
    'Multi-AZ is a second zone by name: a failover cuts every session and recovers behind the same endpoint.',
    'An event is reported with the id and category of RDS; its words may differ.',
    'Storage that has grown may grow again at once. There is no Aurora, no storage autoscaling, no Performance Insights; KMS keys are names.',
    'A throw-away copy starts without workers of logical replication, because here no security group keeps it from its publishers.',
    'A certificate ends a year after its instance was created. FreeStorageSpace is what was allocated less the files of the instance; no maintenance is ever pending.',
    'pg_cron is not among the binaries: for a database with capabilities.fence a stand-in calls gameday.fence_when_stale() every 5 seconds, and does nothing while the server is not there.',
    'Log files are cut of the one log of a server, one an hour; none is ever removed, and a marker counts lines.',
    'Quotas are those of a new account: see the table below.',
  ],
  lookedFor: [
    'RestoreDBInstanceToPointInTime',
    'CreateDBInstanceReadReplica',
    'PromoteReadReplica',
    'ModifyDBSnapshot',
    'DescribePendingMaintenanceActions',
    'CreateDBCluster',
    'CreateBlueGreenDeployment',
    'StartExportTask',
  ],
};
