import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  type DBInstance,
  type DBSnapshot,
  DeleteDBInstanceCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { Tags } from '../../domain/resource/throw-away.ts';
import { InstanceBusyError, OperationError, SnapshotQuotaExceededError } from '../../errors.ts';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';
import { tagList, tagsOf } from '../tag-list.ts';
import { describeInstance, isBusy } from './one-instance.ts';
import { type RestoreRequest, restoreInstance } from './restore.ts';

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
  readonly isMultiAz: boolean;
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
      const instance = await describeInstance(client, id);
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
          Tags: tagList(tags),
        });
        await callAws(`create snapshot '${id}'`, (options) => client.send(command, options));
        return true;
      } catch (error) {
        if (isAwsError(error, 'DBSnapshotAlreadyExistsFault', 'DBSnapshotAlreadyExists')) return false;
        if (isBusy(error)) {
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
      const command = new AddTagsToResourceCommand({ ResourceName: arn, Tags: tagList(tags) });
      await callAws(`tag snapshot '${id}'`, (options) => client.send(command, options));
    },

    restore: (request) => restoreInstance(client, request),

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
    isMultiAz: instance.MultiAZ ?? false,
    tags: tagsOf(instance.TagList),
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
    tags: tagsOf(snapshot.TagList),
  };
}

function required<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw new OperationError(`answer of RDS lacks '${member}'`);
  return value;
}
