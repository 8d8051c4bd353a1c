import type { CliExample } from './example.ts';

const restored = '--db-instance-class db.t3.micro';

export const rds: readonly CliExample[] = [
  ['DescribeAccountAttributes', 'rds describe-account-attributes'],
  [
    'DescribeDBEngineVersions',
    'rds describe-db-engine-versions --engine postgres',
    { family: /"DBParameterGroupFamily": "(.*?)"/ },
  ],
  [
    'CreateDBSubnetGroup',
    'rds create-db-subnet-group --db-subnet-group-name cli --db-subnet-group-description cli --subnet-ids subnet-1 subnet-2',
  ],
  ['DescribeDBSubnetGroups', 'rds describe-db-subnet-groups --db-subnet-group-name cli'],
  [
    'CreateDBParameterGroup',
    'rds create-db-parameter-group --db-parameter-group-name cli --db-parameter-group-family {family} --description cli',
  ],
  [
    'CopyDBParameterGroup',
    'rds copy-db-parameter-group --source-db-parameter-group-identifier cli --target-db-parameter-group-identifier cli-2 --target-db-parameter-group-description cli',
  ],
  ['DescribeDBParameterGroups', 'rds describe-db-parameter-groups'],
  [
    'ModifyDBParameterGroup',
    'rds modify-db-parameter-group --db-parameter-group-name cli --parameters ParameterName=work_mem,ParameterValue=8192,ApplyMethod=immediate',
  ],
  ['DescribeDBParameters', 'rds describe-db-parameters --db-parameter-group-name cli --source user'],
  ['ResetDBParameterGroup', 'rds reset-db-parameter-group --db-parameter-group-name cli --reset-all-parameters'],
  [
    'CreateDBInstance',
    'rds create-db-instance --db-instance-identifier orders --engine postgres --db-instance-class db.t3.micro --allocated-storage 20 --master-username postgres --master-user-password not-a-secret --backup-retention-period 1 --db-parameter-group-name cli --tags Key=team,Value=cli',
    { resource: /"DbiResourceId": "(.*?)"/, arn: /"DBInstanceArn": "(.*?)"/ },
  ],
  [
    'DescribeDBInstances',
    "rds describe-db-instances --db-instance-identifier orders --query 'DBInstances[0].Endpoint'",
  ],
  ['DescribeDBInstances', 'rds describe-db-instances --filters Name=engine,Values=postgres'],
  ['AddTagsToResource', 'rds add-tags-to-resource --resource-name {arn} --tags Key=stage,Value=dev'],
  ['ListTagsForResource', 'rds list-tags-for-resource --resource-name {arn}'],
  ['RemoveTagsFromResource', 'rds remove-tags-from-resource --resource-name {arn} --tag-keys stage'],
  [
    'ModifyDBInstance',
    'rds modify-db-instance --db-instance-identifier orders --backup-retention-period 2 --apply-immediately',
  ],
  [
    'DescribeDBLogFiles',
    'rds describe-db-log-files --db-instance-identifier orders',
    { log: /"LogFileName": "(.*?)"/ },
  ],
  [
    'DownloadDBLogFilePortion',
    'rds download-db-log-file-portion --db-instance-identifier orders --log-file-name {log} --starting-token 0 --max-items 10',
  ],
  [
    'DescribeOrderableDBInstanceOptions',
    'rds describe-orderable-db-instance-options --engine postgres --db-instance-class db.t3.medium --no-paginate',
  ],
  ['DescribePendingMaintenanceActions', 'rds describe-pending-maintenance-actions'],
  ['RebootDBInstance', 'rds reboot-db-instance --db-instance-identifier orders'],
  ['StopDBInstance', 'rds stop-db-instance --db-instance-identifier orders'],
  ['StartDBInstance', 'rds start-db-instance --db-instance-identifier orders'],
  ['CreateDBSnapshot', 'rds create-db-snapshot --db-instance-identifier orders --db-snapshot-identifier orders-1'],
  ['DescribeDBSnapshots', 'rds describe-db-snapshots --db-snapshot-identifier orders-1'],
  [
    'CopyDBSnapshot',
    'rds copy-db-snapshot --source-db-snapshot-identifier orders-1 --target-db-snapshot-identifier orders-2',
  ],
  [
    'RestoreDBInstanceFromDBSnapshot',
    `rds restore-db-instance-from-db-snapshot --db-instance-identifier restored --db-snapshot-identifier orders-2 ${restored}`,
  ],
  ['DescribeDBInstanceAutomatedBackups', 'rds describe-db-instance-automated-backups --db-instance-identifier orders'],
  [
    'RestoreDBInstanceToPointInTime',
    `rds restore-db-instance-to-point-in-time --source-db-instance-identifier orders --target-db-instance-identifier earlier --use-latest-restorable-time ${restored}`,
  ],
  [
    'CreateDBInstanceReadReplica',
    'rds create-db-instance-read-replica --db-instance-identifier reader --source-db-instance-identifier orders',
  ],
  ['PromoteReadReplica', 'rds promote-read-replica --db-instance-identifier reader'],
  [
    'StartDBInstanceAutomatedBackupsReplication',
    'rds start-db-instance-automated-backups-replication --source-db-instance-arn {arn} --region us-west-2',
  ],
  [
    'StopDBInstanceAutomatedBackupsReplication',
    'rds stop-db-instance-automated-backups-replication --source-db-instance-arn {arn} --region us-west-2',
  ],
  ['DescribeEvents', 'rds describe-events --source-type db-instance --duration 60'],
  ['DeleteDBInstance', 'rds delete-db-instance --db-instance-identifier restored --skip-final-snapshot'],
  [
    'DeleteDBInstance',
    'rds delete-db-instance --db-instance-identifier orders --skip-final-snapshot --no-delete-automated-backups',
  ],
  ['DeleteDBInstanceAutomatedBackup', 'rds delete-db-instance-automated-backup --dbi-resource-id {resource}'],
  ['DeleteDBSnapshot', 'rds delete-db-snapshot --db-snapshot-identifier orders-1'],
  ['DeleteDBParameterGroup', 'rds delete-db-parameter-group --db-parameter-group-name cli-2'],
  ['DeleteDBSubnetGroup', 'rds delete-db-subnet-group --db-subnet-group-name cli'],
];
