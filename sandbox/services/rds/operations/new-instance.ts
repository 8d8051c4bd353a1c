import type { Tag } from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import { parametersOf } from '../engine/running-parameters.ts';
import { instanceAlreadyExists } from '../model/errors.ts';
import { makeArn, newResourceId } from '../model/identifiers.ts';
import { checkedLifecycleSupport, checkedLogExports, checkedMonitoring } from '../model/instance-members.ts';
import type { Instance, InstanceTraits } from '../model/model.ts';
import type { Rds } from '../rds.ts';

/** What a creation and a restore ask alike; what is not given gets RDS's default, not the source's value. */
export type PlacementInput = {
  readonly DBParameterGroupName?: string | undefined;
  readonly DBSubnetGroupName?: string | undefined;
  readonly VpcSecurityGroupIds?: readonly string[] | undefined;
  readonly MultiAZ?: boolean | undefined;
  readonly AvailabilityZone?: string | undefined;
  readonly DeletionProtection?: boolean | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
  readonly AutoMinorVersionUpgrade?: boolean | undefined;
  readonly CopyTagsToSnapshot?: boolean | undefined;
  readonly CACertificateIdentifier?: string | undefined;
  readonly EnableCloudwatchLogsExports?: readonly string[] | undefined;
  readonly EngineLifecycleSupport?: string | undefined;
  readonly MonitoringInterval?: number | undefined;
  readonly MonitoringRoleArn?: string | undefined;
};

/** Members that every kind of restore honours, beside those that name its source and its target. */
export const restoreMembers = [
  'DBInstanceClass',
  'Engine',
  'DBParameterGroupName',
  'DBSubnetGroupName',
  'VpcSecurityGroupIds',
  'MultiAZ',
  'AvailabilityZone',
  'AllocatedStorage',
  'StorageType',
  'Port',
  'DeletionProtection',
  'PubliclyAccessible',
  'AutoMinorVersionUpgrade',
  'CopyTagsToSnapshot',
  'CACertificateIdentifier',
  'BackupRetentionPeriod',
  'PreferredBackupWindow',
  'EnableIAMDatabaseAuthentication',
  'EnableCloudwatchLogsExports',
  'EngineLifecycleSupport',
  'Tags',
] as const;

export function defaultSecurityGroup(region: string): string {
  return `sg-default-${region}`;
}

export function checkRoom(rds: Rds, region: string, identifier: string): void {
  const { instances } = rds.region(region);
  if (instances.has(identifier)) throw instanceAlreadyExists();
  if (instances.size >= rds.limits.instances) {
    throw new AwsError('InstanceQuotaExceededFault', `Cannot create more than ${rds.limits.instances} DB instances`);
  }
}

/** Registers an instance in `creating`. Its identifier is taken from now on. */
export function registerInstance(
  rds: Rds,
  region: string,
  identifier: string,
  traits: InstanceTraits,
  input: PlacementInput,
  tags: Tag[],
): Instance {
  const state = rds.region(region);
  const parameterGroup = state.parameterGroup(input.DBParameterGroupName ?? `default.${rds.engine.catalog.family}`);
  const subnetGroup = state.subnetGroup(input.DBSubnetGroupName ?? 'default');
  if (parameterGroup.family !== rds.engine.catalog.family) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter group ${parameterGroup.name} with DBParameterGroupFamily ${parameterGroup.family} cannot be used for this instance. ` +
        `Please use a parameter group with DBParameterGroupFamily ${rds.engine.catalog.family}.`,
    );
  }
  const resourceId = newResourceId();
  const instance: Instance = {
    region,
    identifier,
    arn: makeArn(region, rds.account, 'db', identifier),
    resourceId,
    directory: rds.engine.instanceDirectory(region, resourceId),
    traits,
    status: 'creating',
    createdAt: undefined,
    multiAz: input.MultiAZ ?? false,
    deletionProtection: input.DeletionProtection ?? false,
    publiclyAccessible: input.PubliclyAccessible ?? false,
    autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    caCertificate: input.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
    logExports: checkedLogExports(input.EnableCloudwatchLogsExports ?? []),
    monitoring: checkedMonitoring(input.MonitoringInterval ?? 0, input.MonitoringRoleArn),
    lifecycleSupport: checkedLifecycleSupport(input.EngineLifecycleSupport),
    backupWindow: '03:00-03:30',
    maintenanceWindow: 'sun:04:00-sun:04:30',
    availabilityZone: input.AvailabilityZone ?? `${region}a`,
    securityGroups: [...(input.VpcSecurityGroupIds ?? [defaultSecurityGroup(region)])],
    subnetGroup: subnetGroup.name,
    parameterGroup: parameterGroup.name,
    parameterStatus: 'in-sync',
    runningParameters: parametersOf(rds.engine.catalog, parameterGroup, traits),
    pending: {},
    tags,
    latestRestorableTime: undefined,
    replication: undefined,
    replicas: new Set(),
    restartsAt: undefined,
    port: 0,
    server: undefined,
    queue: Promise.resolve(),
  };
  state.instances.set(identifier, instance);
  return instance;
}
