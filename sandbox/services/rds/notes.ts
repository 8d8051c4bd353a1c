import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon RDS for PostgreSQL',
  limits: [
    'Every instance is a PostgreSQL server of its own on a loopback port; there is one engine version.',
    'A parameter of a call that is not emulated answers NotImplemented and names the parameter.',
    "The master user may grant pg_read_all_data, pg_write_all_data and pg_maintain and has none of them, so that nothing works here only because an installation's master user happens to read everything.",
    'Instance classes decide memory formulas of parameters and max_connections, not the speed.',
    'There is no Multi-AZ, no Aurora, no storage autoscaling, no Performance Insights; KMS keys are names.',
    'Quotas are those of a new account: see the table below.',
  ],
  lookedFor: [
    'RestoreDBInstanceToPointInTime',
    'CreateDBInstanceReadReplica',
    'PromoteReadReplica',
    'ModifyDBSnapshot',
    'DescribeDBLogFiles',
    'DownloadDBLogFilePortion',
    'DescribePendingMaintenanceActions',
    'CreateDBCluster',
    'CreateBlueGreenDeployment',
    'StartExportTask',
  ],
};
