import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  type DBSnapshot,
  DescribeAccountAttributesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  paginateDescribeDBSnapshots,
  paginateDescribeOrderableDBInstanceOptions,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { FoundSubnet, Offer, Quota } from '../../domain/restore/restore-refusals.ts';
import type { FoundSnapshot } from '../../domain/restore/wanted-backup.ts';
import { callAws, undefinedWhen } from '../call.ts';
import { tagsOf } from '../tag-list.ts';

/** What a restore would meet in this region. Reads only. */
export type RestorePlace = {
  /** Of an instance, or of one of that name that is gone; manual and automated ones. */
  snapshotsOf(instanceId: string): Promise<readonly FoundSnapshot[]>;
  findSnapshot(id: string): Promise<FoundSnapshot | undefined>;
  quotas(): Promise<{ readonly instances: Quota | undefined; readonly storageGb: Quota | undefined }>;
  offers(instanceClass: string, engineVersion: string): Promise<readonly Offer[]>;
  subnetsOf(group: string): Promise<readonly FoundSubnet[] | undefined>;
  freeAddresses(subnetIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  hasParameterGroup(name: string): Promise<boolean>;
  keyState(id: string): Promise<{ readonly id: string; readonly state: string }>;
};

export function makeRestorePlace(
  client = new RDSClient({ maxAttempts: 5 }),
  ec2 = new EC2Client({ maxAttempts: 5 }),
  kms = new KMSClient({ maxAttempts: 5 }),
): RestorePlace {
  return {
    snapshotsOf: (instanceId) =>
      callAws(`list the snapshots of '${instanceId}'`, async (options) => {
        const found: FoundSnapshot[] = [];
        const pages = paginateDescribeDBSnapshots({ client }, { DBInstanceIdentifier: instanceId }, options);
        for await (const { DBSnapshots = [] } of pages) found.push(...DBSnapshots.map(toSnapshot));
        return found;
      }),

    async findSnapshot(id) {
      const found = await callAws(`describe snapshot '${id}'`, (options) =>
        client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id }), options),
      ).catch(undefinedWhen('DBSnapshotNotFoundFault', 'DBSnapshotNotFound'));
      const [snapshot] = found?.DBSnapshots ?? [];
      return snapshot === undefined ? undefined : toSnapshot(snapshot);
    },

    async quotas() {
      const { AccountQuotas = [] } = await callAws('read the quotas of RDS', (options) =>
        client.send(new DescribeAccountAttributesCommand({}), options),
      );
      const quota = (name: string): Quota | undefined => {
        const { Used: used, Max: most } = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === name) ?? {};
        return used === undefined || most === undefined ? undefined : { used, most };
      };
      return { instances: quota('DBInstances'), storageGb: quota('AllocatedStorage') };
    },

    offers: (instanceClass, engineVersion) =>
      callAws(`look who offers '${instanceClass}'`, async (options) => {
        const wanted = { Engine: 'postgres', EngineVersion: engineVersion, DBInstanceClass: instanceClass, Vpc: true };
        const found: Offer[] = [];
        for await (const page of paginateDescribeOrderableDBInstanceOptions({ client }, wanted, options))
          for (const { AvailabilityZones = [], StorageType = '', MultiAZCapable } of page.OrderableDBInstanceOptions ??
            [])
            found.push({
              zones: AvailabilityZones.flatMap(({ Name }) => Name ?? []),
              storageType: StorageType,
              canBeMultiAz: MultiAZCapable ?? false,
            });
        return found;
      }),

    async subnetsOf(group) {
      const answer = await callAws(`describe subnet group '${group}'`, (options) =>
        client.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: group }), options),
      ).catch(undefinedWhen('DBSubnetGroupNotFoundFault', 'DBSubnetGroupNotFound'));
      return answer?.DBSubnetGroups?.[0]?.Subnets?.map(({ SubnetIdentifier = '', SubnetAvailabilityZone }) => ({
        id: SubnetIdentifier,
        zone: SubnetAvailabilityZone?.Name ?? '',
      }));
    },

    async freeAddresses(subnetIds) {
      const { Subnets = [] } = await callAws('describe the subnets', (options) =>
        ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }), options),
      );
      return new Map(
        Subnets.flatMap(({ SubnetId = '', AvailableIpAddressCount }) =>
          AvailableIpAddressCount === undefined ? [] : [[SubnetId, AvailableIpAddressCount] as const],
        ),
      );
    },

    async hasParameterGroup(name) {
      const found = await callAws(`describe parameter group '${name}'`, (options) =>
        client.send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: name }), options),
      ).catch(undefinedWhen('DBParameterGroupNotFoundFault', 'DBParameterGroupNotFound'));
      return found !== undefined;
    },

    async keyState(id) {
      const found = await callAws(`describe key '${id}'`, (options) =>
        kms.send(new DescribeKeyCommand({ KeyId: id }), options),
      ).catch(undefinedWhen('NotFoundException'));
      return { id, state: found?.KeyMetadata?.KeyState ?? 'missing' };
    },
  };
}

const toSnapshot = (snapshot: DBSnapshot): FoundSnapshot => ({
  id: snapshot.DBSnapshotIdentifier ?? '',
  instanceId: snapshot.DBInstanceIdentifier ?? '',
  status: snapshot.Status ?? 'unknown',
  // Of a copy: when the original was taken.
  createdAt: snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime,
  kmsKeyId: snapshot.KmsKeyId,
  storageGb: snapshot.AllocatedStorage ?? 0,
  engineVersion: snapshot.EngineVersion ?? 'unknown',
  tags: tagsOf(snapshot.TagList),
});
