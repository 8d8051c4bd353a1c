import type {
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupResult,
  DescribeDBInstanceAutomatedBackupsMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { earliestRestorableTime, removeBackups } from '../engine/automated-backups.ts';
import { backupNotFound, refuseOthers } from '../model/errors.ts';
import { makeArn, nameOf } from '../model/identifiers.ts';
import type { AutomatedBackup } from '../model/model.ts';
import { filtered, pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';

function arnOf(rds: Rds, { source }: AutomatedBackup): string {
  return makeArn(source.region, rds.account, 'auto-backup', source.resourceId.replace(/^db-/, 'ab-').toLowerCase());
}

export function backupByArn(rds: Rds, region: string, arn: string): AutomatedBackup {
  const all = [...rds.region(region).automatedBackups.values()];
  const found = all.find((backup) => arnOf(rds, backup) === arn);
  if (found === undefined) throw backupNotFound(arn);
  return found;
}

function view(rds: Rds, backup: AutomatedBackup): DBInstanceAutomatedBackup {
  const { source, isRetained } = backup;
  const { traits, latestRestorableTime } = source;
  const earliest = earliestRestorableTime(rds, source);
  return {
    DBInstanceIdentifier: source.identifier,
    DBInstanceArn: source.arn,
    DBInstanceAutomatedBackupsArn: arnOf(rds, backup),
    DbiResourceId: source.resourceId,
    Region: source.region,
    Status: isRetained ? 'retained' : earliest === undefined ? 'creating' : 'active',
    RestoreWindow: {
      ...(earliest === undefined ? {} : { EarliestTime: earliest }),
      ...(latestRestorableTime === undefined ? {} : { LatestTime: latestRestorableTime }),
    },
    ...(source.createdAt === undefined ? {} : { InstanceCreateTime: source.createdAt }),
    AllocatedStorage: traits.allocatedStorage,
    AvailabilityZone: source.availabilityZone,
    BackupRetentionPeriod: traits.backupRetentionPeriod,
    BackupTarget: 'region',
    Encrypted: traits.encrypted,
    ...(traits.kmsKeyId === undefined ? {} : { KmsKeyId: traits.kmsKeyId }),
    Engine: 'postgres',
    EngineVersion: traits.engineVersion,
    LicenseModel: 'postgresql-license',
    MasterUsername: traits.masterUsername,
    Port: traits.declaredPort,
    StorageType: traits.storageType,
    IAMDatabaseAuthenticationEnabled: traits.iamAuthentication,
  };
}

export function describeAutomatedBackups(rds: Rds) {
  return (
    input: DescribeDBInstanceAutomatedBackupsMessage,
    { region }: CallContext,
  ): DBInstanceAutomatedBackupMessage => {
    refuseOthers(input, [
      'DBInstanceIdentifier',
      'DbiResourceId',
      'DBInstanceAutomatedBackupsArn',
      'Filters',
      'MaxRecords',
      'Marker',
    ]);
    const { DBInstanceIdentifier: name, DbiResourceId: id, DBInstanceAutomatedBackupsArn: arn } = input;
    const all = [...rds.region(region).automatedBackups.values()].map((backup) => view(rds, backup));
    const asked = all.filter(
      (backup) =>
        (name === undefined || backup.DBInstanceIdentifier === nameOf(name)) &&
        (id === undefined || backup.DbiResourceId === id) &&
        (arn === undefined || backup.DBInstanceAutomatedBackupsArn === arn),
    );
    if (asked.length === 0 && (name ?? id ?? arn) !== undefined) throw backupNotFound(name ?? id ?? arn ?? '');
    const matching = filtered(asked, input.Filters, {
      status: ({ Status }) => [Status],
      'db-instance-id': ({ DBInstanceIdentifier, DBInstanceArn }) => [DBInstanceIdentifier, DBInstanceArn],
      'dbi-resource-id': ({ DbiResourceId }) => [DbiResourceId],
    });
    const { items, Marker } = pageOf(matching, ({ DbiResourceId = '' }) => DbiResourceId, input, rds.limits.pageSize);
    return { DBInstanceAutomatedBackups: items, ...(Marker === undefined ? {} : { Marker }) };
  };
}

/** Those of an instance that exists end with its retention period, not by this call. */
export function deleteAutomatedBackup(rds: Rds) {
  return (
    input: DeleteDBInstanceAutomatedBackupMessage,
    { region }: CallContext,
  ): DeleteDBInstanceAutomatedBackupResult => {
    const { DbiResourceId: id, DBInstanceAutomatedBackupsArn: arn } = input;
    const backup =
      arn === undefined ? rds.region(region).automatedBackups.get(id ?? '') : backupByArn(rds, region, arn);
    if (backup === undefined) throw backupNotFound(id ?? '');
    if (!backup.isRetained) {
      throw new AwsError(
        'InvalidDBInstanceAutomatedBackupStateFault',
        `The automated backup of ${backup.source.identifier} is not retained: its instance exists.`,
      );
    }
    const answer = view(rds, backup);
    rds.jobs.start(() => removeBackups(rds, backup.source));
    return { DBInstanceAutomatedBackup: { ...answer, Status: 'deleting' } };
  };
}
