import type { CreateDBInstanceMessage, CreateDBInstanceResult } from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { instanceClass } from '../catalogue/instance-classes.ts';
import { bringUp } from '../engine/bring-up.ts';
import { invalidCombination, invalidValue, refuseOthers } from '../model/errors.ts';
import {
  checkedIdentifier,
  checkedMasterUsername,
  checkedPassword,
  defaultKey,
  keyArn,
  required,
} from '../model/identifiers.ts';
import type { InstanceTraits } from '../model/model.ts';
import { instanceView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkRoom, registerInstance } from './new-instance.ts';
import { mergeTags } from './take-snapshot.ts';

const emulated = [
  'DBInstanceIdentifier',
  'DBInstanceClass',
  'Engine',
  'EngineVersion',
  'DBName',
  'AllocatedStorage',
  'StorageType',
  'StorageEncrypted',
  'KmsKeyId',
  'MasterUsername',
  'MasterUserPassword',
  'BackupRetentionPeriod',
  'PreferredBackupWindow',
  'PreferredMaintenanceWindow',
  'DBParameterGroupName',
  'DBSubnetGroupName',
  'VpcSecurityGroupIds',
  'MultiAZ',
  'AvailabilityZone',
  'Port',
  'DeletionProtection',
  'PubliclyAccessible',
  'AutoMinorVersionUpgrade',
  'CopyTagsToSnapshot',
  'CACertificateIdentifier',
  'EnableIAMDatabaseAuthentication',
  'EnableCloudwatchLogsExports',
  'EngineLifecycleSupport',
  'MonitoringInterval',
  'MonitoringRoleArn',
  'Tags',
];

export const smallestStorage = 20;
export const longestRetention = 35;

export function createInstance(rds: Rds) {
  return (input: CreateDBInstanceMessage, { region }: CallContext): CreateDBInstanceResult => {
    refuseOthers(input, emulated);
    const identifier = checkedIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
    if (input.MasterUsername === undefined) throw required('MasterUsername');
    if (input.MasterUserPassword === undefined) throw required('MasterUserPassword');
    const password = checkedPassword(input.MasterUserPassword);
    const traits = traitsOf(rds, region, input, checkedMasterUsername(input.MasterUsername));
    checkRoom(rds, region, identifier);
    const instance = registerInstance(rds, region, identifier, traits, input, mergeTags(input.Tags ?? []));
    instance.backupWindow = input.PreferredBackupWindow ?? instance.backupWindow;
    instance.maintenanceWindow = input.PreferredMaintenanceWindow ?? instance.maintenanceWindow;
    bringUp(rds, instance, {
      duration: rds.durations.create,
      build: () => rds.engine.create(instance, { name: traits.masterUsername, password }),
      done: () => rds.events.instance(instance, 'RDS-EVENT-0005'),
    });
    return { DBInstance: instanceView(instance, rds.region(region).subnetGroup(instance.subnetGroup)) };
  };
}

function traitsOf(rds: Rds, region: string, input: CreateDBInstanceMessage, masterUsername: string): InstanceTraits {
  if (input.Engine !== 'postgres') throw invalidValue(`Invalid DB engine: ${input.Engine}`);
  if (input.DBInstanceClass === undefined) throw required('DBInstanceClass');
  instanceClass(input.DBInstanceClass);
  const { AllocatedStorage: allocatedStorage, DBName: databaseName } = input;
  if (allocatedStorage === undefined || allocatedStorage < smallestStorage) {
    throw invalidCombination(`Invalid storage size for engine name postgres and storage type gp3: ${allocatedStorage}`);
  }
  if (databaseName !== undefined && !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(databaseName)) {
    throw invalidValue(`DBName must begin with a letter and contain only alphanumeric characters.`);
  }
  const encrypted = input.StorageEncrypted ?? input.KmsKeyId !== undefined;
  const key =
    input.KmsKeyId === undefined ? defaultKey(region, rds.account) : keyArn(input.KmsKeyId, region, rds.account);
  return {
    instanceClass: input.DBInstanceClass,
    allocatedStorage,
    storageType: input.StorageType ?? 'gp3',
    engineVersion: checkedVersion(rds, input.EngineVersion),
    masterUsername,
    databaseName,
    encrypted,
    kmsKeyId: encrypted ? key : undefined,
    dataChecksums: rds.dataChecksums,
    backupRetentionPeriod: checkedRetention(input.BackupRetentionPeriod ?? 1),
    iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
    declaredPort: input.Port ?? 5432,
  };
}

/** There is one server: the version that it has, or its major alone. */
function checkedVersion(rds: Rds, wanted: string | undefined): string {
  const { version, major } = rds.engine.binaries;
  if (wanted !== undefined && wanted !== version && wanted !== String(major)) {
    throw invalidCombination(`Cannot find version ${wanted} for postgres`);
  }
  return version;
}

export function checkedRetention(days: number): number {
  if (Number.isInteger(days) && days >= 0 && days <= longestRetention) return days;
  throw invalidValue(`Invalid backup retention period: ${days}. Must be between 0 and ${longestRetention}.`);
}
