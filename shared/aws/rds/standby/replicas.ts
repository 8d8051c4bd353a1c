import {
  AddTagsToResourceCommand,
  type DBInstance,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  paginateDescribeDBInstances,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { Tags } from '../../../domain/resource/throw-away.ts';
import { InstanceBusyError } from '../../../errors.ts';
import { callAws } from '../../call.ts';
import { tagList, tagsOf } from '../../tag-list.ts';
import { describeInstance, isBusy } from '../one-instance.ts';

export type ReplicaInstance = {
  readonly id: string;
  readonly arn: string;
  readonly status: string;
  readonly tags: Tags;
  /** Name or, of one in another region, ARN of its source; absent when it is no replica. */
  readonly sourceId?: string;
  readonly isMultiAz: boolean;
  readonly backupRetentionDays: number;
  readonly isDeletionProtected: boolean;
};

export type Hardening = {
  readonly backupRetentionDays?: number;
  readonly isMultiAz?: true;
  readonly isDeletionProtected?: true;
};

/** Read replicas of a region, and what makes one an instance of its own. */
export type Replicas = {
  listReplicas(): Promise<readonly ReplicaInstance[]>;
  find(id: string): Promise<ReplicaInstance | undefined>;
  /** The caller has proven which it is. */
  tag(arn: string, tags: Tags): Promise<void>;
  promote(id: string, backupRetentionDays: number): Promise<void>;
  harden(id: string, change: Hardening): Promise<void>;
};

/** `once`: a promotion whose answer was lost and that is asked again would be refused, and nobody would know it from a refusal. */
export function makeReplicas(
  client = new RDSClient({ maxAttempts: 5 }),
  once = new RDSClient({ maxAttempts: 1 }),
): Replicas {
  return {
    listReplicas: () =>
      callAws('list the read replicas', async (options) => {
        const found: ReplicaInstance[] = [];
        for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {}, options))
          found.push(...DBInstances.map(toReplica).filter(({ sourceId }) => sourceId !== undefined));
        return found;
      }),

    async find(id) {
      const instance = await describeInstance(client, id);
      return instance === undefined ? undefined : toReplica(instance);
    },

    async tag(arn, tags) {
      const command = new AddTagsToResourceCommand({ ResourceName: arn, Tags: tagList(tags) });
      await callAws(`tag '${arn}'`, (options) => client.send(command, options));
    },

    async promote(id, backupRetentionDays) {
      const command = new PromoteReadReplicaCommand({
        DBInstanceIdentifier: id,
        BackupRetentionPeriod: backupRetentionDays,
      });
      await callAws(`promote '${id}'`, (options) => once.send(command, options));
    },

    async harden(id, { backupRetentionDays, isMultiAz, isDeletionProtected }) {
      const command = new ModifyDBInstanceCommand({
        DBInstanceIdentifier: id,
        ApplyImmediately: true,
        ...(backupRetentionDays === undefined ? {} : { BackupRetentionPeriod: backupRetentionDays }),
        ...(isMultiAz === undefined ? {} : { MultiAZ: isMultiAz }),
        ...(isDeletionProtected === undefined ? {} : { DeletionProtection: isDeletionProtected }),
      });
      try {
        await callAws(`modify '${id}'`, (options) => client.send(command, options));
      } catch (error) {
        if (!isBusy(error)) throw error;
        throw new InstanceBusyError(`instance '${id}' cannot be modified at present`, {
          hints: ['A promoted instance takes its first backup; it can be modified when that has ended.'],
          cause: error,
        });
      }
    },
  };
}

function toReplica(instance: DBInstance): ReplicaInstance {
  const sourceId = instance.ReadReplicaSourceDBInstanceIdentifier;
  return {
    id: instance.DBInstanceIdentifier ?? '',
    arn: instance.DBInstanceArn ?? '',
    status: instance.DBInstanceStatus ?? 'unknown',
    tags: tagsOf(instance.TagList),
    ...(sourceId === undefined ? {} : { sourceId }),
    isMultiAz: instance.MultiAZ ?? false,
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    isDeletionProtected: instance.DeletionProtection ?? false,
  };
}
