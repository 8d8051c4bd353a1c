import type {
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupResult,
  DescribeDBInstanceAutomatedBackupsMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { contentOf, removeBackups } from '../engine/automated-backups.ts';
import { isReplicated, removeReplica } from '../engine/replicated-backups.ts';
import { backupNotFound, refuseOthers } from '../model/errors.ts';
import { makeArn, nameOf } from '../model/identifiers.ts';
import type { AutomatedBackup, Instance } from '../model/model.ts';
import { filtered, pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';

export function arnOf(rds: Rds, { source, replica }: AutomatedBackup): string {
  return makeArn(
    replica?.region ?? source.region,
    rds.account,
    'auto-backup',
    source.resourceId.replace(/^db-/, 'ab-').toLowerCase(),
  );
}

/** Those that other regions have of the backups of an instance. */
const replicasOf = (rds: Rds, source: Instance): string[] =>
  rds.regions().flatMap((state) => {
    const found = state.automatedBackups.get(source.resourceId);
    return found?.replica === undefined ? [] : [arnOf(rds, found)];
  });

export const encryptionOf = (kmsKeyId: string | undefined) => ({ encrypted: kmsKeyId !== undefined, kmsKeyId });

export function backupByArn(rds: Rds, region: string, arn: string): AutomatedBackup {
  const all = [...rds.region(region).automatedBackups.values()];
  const found = all.find((backup) => arnOf(rds, backup) === arn);
  if (found === undefined) throw backupNotFound(arn);
  return found;
}

export function backupView(rds: Rds, backup: AutomatedBackup): DBInstanceAutomatedBackup {
  const { source, isRetained, replica } = backup;
  const { earliest, latest } = contentOf(rds, backup);
  const traits = { ...source.traits, ...(replica === undefined ? {} : encryptionOf(replica.kmsKeyId)) };
  const replicas = replica === undefined ? replicasOf(rds, source) : [];
  return {
    DBInstanceIdentifier: source.identifier,
    DBInstanceArn: source.arn,
    DBInstanceAutomatedBackupsArn: arnOf(rds, backup),
    DbiResourceId: source.resourceId,
    Region: source.region,
    Status: isRetained
      ? 'retained'
      : earliest === undefined
        ? 'creating'
        : replica === undefined
          ? 'active'
          : 'replicating',
    RestoreWindow: {
      ...(earliest === undefined ? {} : { EarliestTime: earliest }),
      ...(latest === undefined ? {} : { LatestTime: latest }),
    },
    ...(replicas.length === 0
      ? {}
      : {
          DBInstanceAutomatedBackupsReplications: replicas.map((DBInstanceAutomatedBackupsArn) => ({
            DBInstanceAutomatedBackupsArn,
          })),
        }),
    ...(source.createdAt === undefined ? {} : { InstanceCreateTime: source.createdAt }),
    AllocatedStorage: traits.allocatedStorage,
    AvailabilityZone: source.availabilityZone,
    BackupRetentionPeriod: replica?.retentionPeriod ?? traits.backupRetentionPeriod,
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
    const all = [...rds.region(region).automatedBackups.values()].map((backup) => backupView(rds, backup));
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
    const answer = backupView(rds, backup);
    rds.jobs.start(() => (isReplicated(backup) ? removeReplica(rds, backup) : removeBackups(rds, backup.source)));
    return { DBInstanceAutomatedBackup: { ...answer, Status: 'deleting' } };
  };
}
