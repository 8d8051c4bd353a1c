import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  type DBInstance,
  type DBSnapshot,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import type { Tags } from '../../domain/resource/throw-away.ts';
import {
  AccessDeniedError,
  CapacityUnavailableError,
  InstanceBusyError,
  InstanceQuotaExceededError,
  OperationError,
  SnapshotQuotaExceededError,
  StorageQuotaExceededError,
} from '../../errors.ts';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';

/** An RDS instance as far as we care. `endpoint` is absent until the instance listens. */
export type Instance = {
  readonly id: string;
  readonly arn: string;
  readonly status: string;
  readonly endpoint?: { readonly host: string; readonly port: number };
  readonly instanceClass: string;
  readonly storageGb: number;
  readonly storageType: string;
  readonly parameterGroup: string;
  /** Something of its parameter group comes into force only when it is rebooted. */
  readonly waitsForReboot: boolean;
  readonly subnetGroup?: string;
  readonly engineVersion: string;
  readonly masterUser: string;
  readonly tags: Tags;
};

export type Snapshot = {
  readonly id: string;
  readonly arn: string;
  readonly instanceId: string;
  readonly status: string;
  readonly percent: number;
  /** When the instant lies in the past; absent while RDS has not reported it. */
  readonly createdAt?: Date;
  readonly tags: Tags;
};

export type RestoreRequest = {
  readonly snapshotId: string;
  readonly instanceId: string;
  readonly instanceClass: string;
  readonly parameterGroup: string;
  readonly subnetGroup?: string;
  readonly securityGroupIds?: readonly string[];
  readonly tags: Tags;
};

export type Rds = {
  findInstance(id: string): Promise<Instance | undefined>;
  findSnapshot(id: string): Promise<Snapshot | undefined>;
  /** False when a snapshot of that name exists already. */
  createSnapshot(id: string, instanceId: string, tags: Tags): Promise<boolean>;
  /** Adds tags, and gives those that are there already the new value. The caller has proven whose the snapshot is. */
  tagSnapshot(snapshot: Pick<Snapshot, 'id' | 'arn'>, tags: Tags): Promise<void>;
  /** False when an instance of that name exists already. */
  restore(request: RestoreRequest): Promise<boolean>;
  /** Deletes without a final snapshot: only for throw-away copies. The caller has proven whose it is. */
  deleteInstance(id: string): Promise<void>;
};

export function makeRds(client = new RDSClient({ maxAttempts: 5 })): Rds {
  return {
    async findInstance(id) {
      const found = await callAws(`describe instance '${id}'`, (options) =>
        client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }), options),
      ).catch(undefinedWhen('DBInstanceNotFoundFault', 'DBInstanceNotFound'));
      const instance = found?.DBInstances?.[0];
      return instance === undefined ? undefined : toInstance(instance);
    },

    async findSnapshot(id) {
      const found = await callAws(`describe snapshot '${id}'`, (options) =>
        client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id }), options),
      ).catch(undefinedWhen('DBSnapshotNotFoundFault', 'DBSnapshotNotFound'));
      const snapshot = found?.DBSnapshots?.[0];
      return snapshot === undefined ? undefined : toSnapshot(snapshot);
    },

    async createSnapshot(id, instanceId, tags) {
      try {
        const command = new CreateDBSnapshotCommand({
          DBSnapshotIdentifier: id,
          DBInstanceIdentifier: instanceId,
          Tags: toAwsTags(tags),
        });
        await callAws(`create snapshot '${id}'`, (options) => client.send(command, options));
        return true;
      } catch (error) {
        if (isAwsError(error, 'DBSnapshotAlreadyExistsFault', 'DBSnapshotAlreadyExists')) return false;
        if (isAwsError(error, 'InvalidDBInstanceStateFault', 'InvalidDBInstanceState')) {
          throw new InstanceBusyError(`instance '${instanceId}' cannot be backed up at present`, {
            hints: ['Is another backup or a modification of the instance in progress?'],
            cause: error,
          });
        }
        if (isAwsError(error, 'SnapshotQuotaExceededFault', 'SnapshotQuotaExceeded')) {
          throw new SnapshotQuotaExceededError(`no manual snapshot is left in the account's quota for '${id}'`, {
            hints: ["Raise the RDS quota 'Manual DB instance snapshots', or delete snapshots that nobody needs."],
            cause: error,
          });
        }
        throw error;
      }
    },

    async tagSnapshot({ id, arn }, tags) {
      const command = new AddTagsToResourceCommand({ ResourceName: arn, Tags: toAwsTags(tags) });
      await callAws(`tag snapshot '${id}'`, (options) => client.send(command, options));
    },

    async restore(request) {
      try {
        const command = new RestoreDBInstanceFromDBSnapshotCommand({
          DBSnapshotIdentifier: request.snapshotId,
          DBInstanceIdentifier: request.instanceId,
          DBInstanceClass: request.instanceClass,
          // RDS gives a restored instance the default parameter and security groups unless they are named.
          DBParameterGroupName: request.parameterGroup,
          ...(request.subnetGroup === undefined ? {} : { DBSubnetGroupName: request.subnetGroup }),
          ...(request.securityGroupIds === undefined ? {} : { VpcSecurityGroupIds: [...request.securityGroupIds] }),
          PubliclyAccessible: false,
          MultiAZ: false,
          AutoMinorVersionUpgrade: false,
          DeletionProtection: false,
          CopyTagsToSnapshot: false,
          // Else RDS backs the copy up as soon as it is there: half an hour of a large one, for a copy that is thrown away.
          BackupRetentionPeriod: 0,
          Tags: toAwsTags(request.tags),
        });
        await callAws(`restore '${request.instanceId}'`, (options) => client.send(command, options));
        return true;
      } catch (error) {
        if (isAwsError(error, 'DBInstanceAlreadyExistsFault', 'DBInstanceAlreadyExists')) return false;
        if (isAwsError(error, 'StorageQuotaExceededFault', 'StorageQuotaExceeded')) {
          throw new StorageQuotaExceededError(`no storage is left in the account's quota for '${request.instanceId}'`, {
            hints: ["Raise the RDS quota 'Total storage for all DB instances', or delete instances that nobody needs."],
            cause: error,
          });
        }
        if (isAwsError(error, 'InsufficientDBInstanceCapacityFault', 'InsufficientDBInstanceCapacity')) {
          throw new CapacityUnavailableError(
            `AWS has no '${request.instanceClass}' at present for '${request.instanceId}'`,
            {
              hints: ["It is asked again for an hour. If it lasts, set another 'copyInstanceClass' in operations.yml."],
              cause: error,
            },
          );
        }
        if (isAwsError(error, 'InstanceQuotaExceededFault', 'InstanceQuotaExceeded')) {
          throw new InstanceQuotaExceededError(
            `no instance is left in the account's quota for '${request.instanceId}'`,
            {
              hints: ["Raise the RDS quota 'DB instances', or delete instances that nobody needs."],
              cause: error,
            },
          );
        }
        if (isAwsError(error, 'KMSKeyNotAccessibleFault', 'KMSKeyNotAccessible')) {
          throw new AccessDeniedError(`role may not use the key of snapshot '${request.snapshotId}'`, {
            hints: ['The key must be enabled, and its policy must leave it to IAM who may use it by way of RDS.'],
            cause: error,
          });
        }
        throw error;
      }
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

/** RDS of another region; null is the region where the function runs. */
export const rdsIn = (region: string | null): Rds =>
  region === null ? makeRds() : makeRds(new RDSClient({ region, maxAttempts: 5 }));

const toAwsTags = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const toTags = (list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): Tags =>
  Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));

function toInstance(instance: DBInstance): Instance {
  const host = instance.Endpoint?.Address;
  const subnetGroup = instance.DBSubnetGroup?.DBSubnetGroupName;
  return {
    id: required(instance.DBInstanceIdentifier, 'DBInstanceIdentifier'),
    arn: required(instance.DBInstanceArn, 'DBInstanceArn'),
    status: instance.DBInstanceStatus ?? 'unknown',
    ...(host === undefined ? {} : { endpoint: { host, port: instance.Endpoint?.Port ?? 5432 } }),
    instanceClass: required(instance.DBInstanceClass, 'DBInstanceClass'),
    storageGb: instance.AllocatedStorage ?? 0,
    storageType: instance.StorageType ?? 'unknown',
    parameterGroup: required(instance.DBParameterGroups?.[0]?.DBParameterGroupName, 'DBParameterGroups'),
    waitsForReboot: (instance.DBParameterGroups ?? []).some(
      ({ ParameterApplyStatus }) => ParameterApplyStatus === 'pending-reboot',
    ),
    ...(subnetGroup === undefined ? {} : { subnetGroup }),
    engineVersion: instance.EngineVersion ?? 'unknown',
    masterUser: instance.MasterUsername ?? 'unknown',
    tags: toTags(instance.TagList),
  };
}

function toSnapshot(snapshot: DBSnapshot): Snapshot {
  return {
    id: required(snapshot.DBSnapshotIdentifier, 'DBSnapshotIdentifier'),
    arn: required(snapshot.DBSnapshotArn, 'DBSnapshotArn'),
    instanceId: required(snapshot.DBInstanceIdentifier, 'DBInstanceIdentifier'),
    status: snapshot.Status ?? 'unknown',
    percent: snapshot.PercentProgress ?? 0,
    ...(snapshot.SnapshotCreateTime === undefined ? {} : { createdAt: snapshot.SnapshotCreateTime }),
    tags: toTags(snapshot.TagList),
  };
}

function required<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw new OperationError(`answer of RDS lacks '${member}'`);
  return value;
}
