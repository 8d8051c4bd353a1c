import { paginateDescribeDBSnapshots, RDSClient } from '@aws-sdk/client-rds';
import type { DatabaseSnapshot } from '../../domain/waste/database-snapshots.ts';
import { callAws } from '../call.ts';
import { everyOne } from '../every-one.ts';
import { tagsOf } from '../tag-list.ts';

/** The manual snapshots of a region with their sizes. */
export const listDatabaseSnapshots = (
  region: string,
  client = new RDSClient({ region, maxAttempts: 5 }),
): Promise<readonly DatabaseSnapshot[]> =>
  callAws(`list the manual snapshots of ${region}`, (options) =>
    everyOne(
      paginateDescribeDBSnapshots({ client }, { SnapshotType: 'manual' }, options),
      // One whose tags are not reported may be protected.
      ({ DBSnapshots }) => DBSnapshots?.filter(({ TagList }) => TagList !== undefined),
      (one): DatabaseSnapshot => ({
        id: one.DBSnapshotIdentifier ?? '',
        region,
        tags: tagsOf(one.TagList),
        // Of a copy, when it was made here. While RDS has not reported it, that is as young as can be.
        createdAt: one.SnapshotCreateTime ?? new Date(Number.NaN),
        status: one.Status ?? 'unknown',
        instanceId: one.DBInstanceIdentifier ?? '',
        resourceId: one.DbiResourceId,
        isCopy: (one.SourceDBSnapshotIdentifier ?? one.SourceRegion) !== undefined,
        gigabytes: one.AllocatedStorage,
      }),
    ),
  );
