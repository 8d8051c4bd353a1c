import {
  type DBInstance,
  DeleteDBInstanceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-rds';
import type { InstanceSettings } from '../../contracts/restore/instance-settings.ts';
import type { Tags } from '../../domain/resource/throw-away.ts';
import type { ParityChange } from '../../domain/restore/parity.ts';
import { callAws, undefinedWhen } from '../call.ts';
import { tagList, tagsOf } from '../tag-list.ts';
import { describeInstance, unlessBusy } from './one-instance.ts';
import { type RestoreFrom, restoreFrom } from './restore.ts';

export type RestoredInstance = {
  readonly id: string;
  readonly arn: string;
  readonly status: string;
  readonly endpoint?: { readonly host: string; readonly port: number };
  readonly hasPendingChanges: boolean;
  readonly waitsForReboot: boolean;
  readonly settings: InstanceSettings;
};

/** Instances that are restored for real use, with all that RDS keeps of them. */
export type Candidates = {
  find(id: string): Promise<RestoredInstance | undefined>;
  /** False when an instance of that name exists already. */
  restore(id: string, from: RestoreFrom, settings: InstanceSettings, tags: Tags): Promise<boolean>;
  /** False while RDS is at something else. The caller has proven which it is, as for everything below. */
  change(id: string, change: ParityChange): Promise<boolean>;
  protect(id: string): Promise<boolean>;
  removeTag(arn: string, key: string): Promise<void>;
  /** Without a last snapshot: what it was restored from is kept. */
  deleteInstance(id: string): Promise<void>;
};

export function makeCandidates(client = new RDSClient({ maxAttempts: 5 })): Candidates {
  const modify = (id: string, change: object) =>
    unlessBusy(
      callAws(`modify '${id}'`, (options) =>
        client.send(
          new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, ApplyImmediately: true, ...change }),
          options,
        ),
      ),
    );
  return {
    async find(id) {
      const instance = await describeInstance(client, id);
      return instance === undefined ? undefined : toRestored(instance);
    },

    restore: (id, from, settings, tags) =>
      restoreFrom(
        client,
        { from, instanceId: id, instanceClass: settings.instanceClass },
        { ...membersOf(settings), Tags: tagList(tags) },
      ),

    change: (id, { maintenanceWindow, backupWindow, backupRetentionDays, logExports, securityGroupIds }) =>
      modify(id, {
        ...(maintenanceWindow === undefined ? {} : { PreferredMaintenanceWindow: maintenanceWindow }),
        ...(backupWindow === undefined ? {} : { PreferredBackupWindow: backupWindow }),
        ...(backupRetentionDays === undefined ? {} : { BackupRetentionPeriod: backupRetentionDays }),
        ...(logExports === undefined
          ? {}
          : {
              CloudwatchLogsExportConfiguration: {
                EnableLogTypes: [...logExports.on],
                DisableLogTypes: [...logExports.off],
              },
            }),
        ...(securityGroupIds === undefined ? {} : { VpcSecurityGroupIds: [...securityGroupIds] }),
      }),

    protect: (id) => modify(id, { DeletionProtection: true }),

    async removeTag(arn, key) {
      const command = new RemoveTagsFromResourceCommand({ ResourceName: arn, TagKeys: [key] });
      await callAws(`remove a tag of '${arn}'`, (options) => client.send(command, options));
    },

    async deleteInstance(id) {
      const command = new DeleteDBInstanceCommand({
        DBInstanceIdentifier: id,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      });
      await callAws(`delete instance '${id}'`, (options) => client.send(command, options)).catch(
        // InvalidDBInstanceState: it is being deleted, or must first reach a state from which it can be.
        undefinedWhen(
          'DBInstanceNotFoundFault',
          'DBInstanceNotFound',
          'InvalidDBInstanceStateFault',
          'InvalidDBInstanceState',
        ),
      );
    },
  };
}

/** Of both calls. What they do not take is changed when the instance is there; protection begins with its hand-over. */
const membersOf = (settings: InstanceSettings) => ({
  DBInstanceClass: settings.instanceClass,
  DBParameterGroupName: settings.parameterGroup,
  ...(settings.subnetGroup === null ? {} : { DBSubnetGroupName: settings.subnetGroup }),
  ...(settings.securityGroupIds.length === 0 ? {} : { VpcSecurityGroupIds: [...settings.securityGroupIds] }),
  MultiAZ: settings.isMultiAz,
  StorageType: settings.storageType,
  ...(settings.iops === null ? {} : { Iops: settings.iops }),
  ...(settings.storageThroughput === null ? {} : { StorageThroughput: settings.storageThroughput }),
  BackupRetentionPeriod: settings.backupRetentionDays,
  ...(settings.backupWindow === null ? {} : { PreferredBackupWindow: settings.backupWindow }),
  ...(settings.logExports.length === 0 ? {} : { EnableCloudwatchLogsExports: [...settings.logExports] }),
  ...(settings.caCertificate === null ? {} : { CACertificateIdentifier: settings.caCertificate }),
  // A restore enrols in Extended Support unless it is said.
  ...(settings.lifecycleSupport === null ? {} : { EngineLifecycleSupport: settings.lifecycleSupport }),
  EnableIAMDatabaseAuthentication: settings.hasIamAuthentication,
  CopyTagsToSnapshot: settings.copiesTagsToSnapshots,
  AutoMinorVersionUpgrade: settings.upgradesMinors,
  PubliclyAccessible: settings.isPublic,
  DeletionProtection: false,
});

function toRestored(instance: DBInstance): RestoredInstance {
  const host = instance.Endpoint?.Address;
  return {
    id: instance.DBInstanceIdentifier ?? '',
    arn: instance.DBInstanceArn ?? '',
    status: instance.DBInstanceStatus ?? 'unknown',
    ...(host === undefined ? {} : { endpoint: { host, port: instance.Endpoint?.Port ?? 5432 } }),
    hasPendingChanges: Object.values(instance.PendingModifiedValues ?? {}).some((value) => value !== undefined),
    waitsForReboot: (instance.DBParameterGroups ?? []).some(
      ({ ParameterApplyStatus }) => ParameterApplyStatus === 'pending-reboot',
    ),
    settings: settingsOf(instance),
  };
}

const settingsOf = (instance: DBInstance): InstanceSettings => ({
  instanceClass: instance.DBInstanceClass ?? 'unknown',
  engineVersion: instance.EngineVersion ?? 'unknown',
  storageGb: instance.AllocatedStorage ?? 0,
  storageType: instance.StorageType ?? 'unknown',
  iops: instance.Iops ?? null,
  storageThroughput: instance.StorageThroughput ?? null,
  parameterGroup: instance.DBParameterGroups?.[0]?.DBParameterGroupName ?? 'unknown',
  subnetGroup: instance.DBSubnetGroup?.DBSubnetGroupName ?? null,
  securityGroupIds: (instance.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []).sort(),
  isMultiAz: instance.MultiAZ ?? false,
  backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
  backupWindow: instance.PreferredBackupWindow ?? null,
  maintenanceWindow: instance.PreferredMaintenanceWindow ?? null,
  isDeletionProtected: instance.DeletionProtection ?? false,
  logExports: [...(instance.EnabledCloudwatchLogsExports ?? [])].sort(),
  caCertificate: instance.CACertificateIdentifier ?? null,
  monitoringSeconds: instance.MonitoringInterval ?? 0,
  monitoringRoleArn: instance.MonitoringRoleArn ?? null,
  hasIamAuthentication: instance.IAMDatabaseAuthenticationEnabled ?? false,
  copiesTagsToSnapshots: instance.CopyTagsToSnapshot ?? false,
  upgradesMinors: instance.AutoMinorVersionUpgrade ?? false,
  isPublic: instance.PubliclyAccessible ?? false,
  lifecycleSupport: instance.EngineLifecycleSupport ?? null,
  kmsKeyId: instance.KmsKeyId ?? null,
  tags: tagsOf(instance.TagList),
});
