import {
  DeleteDBSnapshotCommand,
  DescribeAccountAttributesCommand,
  paginateDescribeDBInstances,
  paginateDescribeDBSnapshots,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { KeptSnapshot } from '../../domain/backup/retention.ts';
import type { Tags } from '../../domain/resource/throw-away.ts';
import { callAws, isAwsError } from '../call.ts';

export type ListedInstance = {
  readonly id: string;
  readonly status: string;
  readonly tags: Tags;
  /** The newest moment that a restore to a point in time reaches; absent without automated backups. */
  readonly latestRestorableTime?: Date;
};

/** What a region holds, whole: for those who decide about all of it. */
export type RdsInventory = {
  /** Every manual snapshot of the region, this system's or not. */
  listSnapshots(): Promise<readonly KeptSnapshot[]>;
  listInstances(): Promise<readonly ListedInstance[]>;
  /** How many manual snapshots the region has, and how many it may have. */
  snapshotQuota(): Promise<{ readonly used: number; readonly most: number } | undefined>;
  /** A snapshot that is gone is a success. The caller has proven whose it is. */
  deleteSnapshot(id: string): Promise<void>;
};

export function makeRdsInventory(client = new RDSClient({ maxAttempts: 5 })): RdsInventory {
  return {
    listSnapshots: () =>
      callAws('list the manual snapshots', async (options) => {
        const found: KeptSnapshot[] = [];
        for await (const page of paginateDescribeDBSnapshots({ client }, { SnapshotType: 'manual' }, options)) {
          for (const snapshot of page.DBSnapshots ?? []) {
            found.push({
              id: snapshot.DBSnapshotIdentifier ?? '',
              status: snapshot.Status ?? 'unknown',
              takenAt: snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime,
              tags: toTags(snapshot.TagList),
            });
          }
        }
        return found;
      }),

    listInstances: () =>
      callAws('list the instances', async (options) => {
        const found: ListedInstance[] = [];
        for await (const page of paginateDescribeDBInstances({ client }, {}, options)) {
          for (const instance of page.DBInstances ?? []) {
            found.push({
              id: instance.DBInstanceIdentifier ?? '',
              status: instance.DBInstanceStatus ?? 'unknown',
              tags: toTags(instance.TagList),
              ...(instance.LatestRestorableTime === undefined
                ? {}
                : { latestRestorableTime: instance.LatestRestorableTime }),
            });
          }
        }
        return found;
      }),

    async snapshotQuota() {
      const { AccountQuotas = [] } = await callAws('read the quotas of RDS', (options) =>
        client.send(new DescribeAccountAttributesCommand({}), options),
      );
      const quota = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === 'ManualSnapshots');
      return quota?.Used === undefined || quota.Max === undefined ? undefined : { used: quota.Used, most: quota.Max };
    },

    async deleteSnapshot(id) {
      try {
        await callAws(`delete snapshot '${id}'`, (options) =>
          client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: id }), options),
        );
      } catch (error) {
        if (!isAwsError(error, 'DBSnapshotNotFoundFault', 'DBSnapshotNotFound')) throw error;
      }
    },
  };
}

export const inventoryIn = (region: string): RdsInventory =>
  makeRdsInventory(new RDSClient({ region, maxAttempts: 5 }));

const toTags = (list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): Tags =>
  Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
