import { paginateDescribeDBInstances, RDSClient } from '@aws-sdk/client-rds';
import type { Database } from '../../domain/waste/database.ts';
import { callAws } from '../call.ts';
import { everyOne } from '../every-one.ts';
import { tagsOf } from '../tag-list.ts';

/** The instances of a region with their sizes. */
export const listDatabases = (
  region: string,
  client = new RDSClient({ region, maxAttempts: 5 }),
): Promise<readonly Database[]> =>
  callAws(`list the instances of ${region}`, (options) =>
    everyOne(
      paginateDescribeDBInstances({ client }, {}, options),
      ({ DBInstances }) => DBInstances,
      (one): Database => {
        const source = one.ReadReplicaSourceDBInstanceIdentifier ?? one.ReadReplicaSourceDBClusterIdentifier;
        const replicas = [
          ...(one.ReadReplicaDBInstanceIdentifiers ?? []),
          ...(one.ReadReplicaDBClusterIdentifiers ?? []),
        ];
        return {
          id: one.DBInstanceIdentifier ?? '',
          region,
          tags: tagsOf(one.TagList),
          // While it is being made, AWS reports no time: that is as young as can be.
          createdAt: one.InstanceCreateTime ?? new Date(Number.NaN),
          resourceId: one.DbiResourceId,
          status: one.DBInstanceStatus ?? 'unknown',
          engine: one.Engine ?? 'unknown',
          instanceClass: one.DBInstanceClass ?? 'unknown',
          isMultiAz: one.MultiAZ ?? false,
          isInCluster: one.DBClusterIdentifier !== undefined,
          relatives: source === undefined ? replicas : [...replicas, source],
        };
      },
    ),
  );
