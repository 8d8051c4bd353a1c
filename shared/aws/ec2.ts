import {
  DescribeAddressesCommand,
  EC2Client,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import type { Address } from '../domain/waste-network.ts';
import type { Image, Storage, Volume, VolumeSnapshot } from '../domain/waste-storage.ts';
import { callAws } from './call.ts';
import { tagsOf } from './tag-list.ts';

/** What an account keeps in a region and may have forgotten. */
export type Ec2 = { storage(): Promise<Storage>; addresses(): Promise<readonly Address[]> };

const pageSize = 500;

export function ec2In(region: string, client = new EC2Client({ region, maxAttempts: 5 })): Ec2 {
  return {
    // All three or none: an image that was not read would make its snapshots look orphaned.
    async storage() {
      const volumes = await callAws(`list the volumes of ${region}`, async (options) => {
        const found: Volume[] = [];
        for await (const { Volumes = [] } of paginateDescribeVolumes({ client, pageSize }, {}, options)) {
          for (const one of Volumes) {
            found.push({
              id: one.VolumeId ?? '',
              region,
              tags: tagsOf(one.Tags),
              createdAt: one.CreateTime,
              state: one.State ?? 'unknown',
              type: one.VolumeType ?? 'unknown',
              gigabytes: one.Size,
              attachments: one.Attachments?.length ?? 0,
            });
          }
        }
        return found;
      });
      const images = await callAws(`list the images of ${region}`, async (options) => {
        const found: Image[] = [];
        for await (const page of paginateDescribeImages({ client, pageSize }, { Owners: ['self'] }, options)) {
          for (const one of page.Images ?? []) {
            const disks = (one.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs === undefined ? [] : [Ebs]));
            const sizes = disks.flatMap(({ VolumeSize }) => (VolumeSize === undefined ? [] : [VolumeSize]));
            found.push({
              id: one.ImageId ?? '',
              region,
              tags: tagsOf(one.Tags),
              createdAt: new Date(one.CreationDate ?? ''),
              snapshotIds: disks.flatMap(({ SnapshotId }) => (SnapshotId === undefined ? [] : [SnapshotId])),
              gigabytes: sizes.length === disks.length ? sizes.reduce((sum, size) => sum + size, 0) : undefined,
              lastLaunched: one.LastLaunchedTime === undefined ? undefined : new Date(one.LastLaunchedTime),
            });
          }
        }
        return found;
      });
      const snapshots = await callAws(`list the snapshots of ${region}`, async (options) => {
        const found: VolumeSnapshot[] = [];
        for await (const page of paginateDescribeSnapshots({ client, pageSize }, { OwnerIds: ['self'] }, options)) {
          for (const one of page.Snapshots ?? []) {
            found.push({
              id: one.SnapshotId ?? '',
              region,
              tags: tagsOf(one.Tags),
              createdAt: one.StartTime,
              state: one.State ?? 'unknown',
              volumeId: one.VolumeId ?? '',
              gigabytes: one.VolumeSize,
            });
          }
        }
        return found;
      });
      return { volumes, images, snapshots };
    },

    addresses: () =>
      callAws(`list the addresses of ${region}`, async (options) => {
        const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}), options);
        return Addresses.map((one) => ({
          id: one.AllocationId ?? '',
          region,
          tags: tagsOf(one.Tags),
          createdAt: undefined,
          ip: one.PublicIp ?? '',
          isAssociated: one.AssociationId !== undefined || one.InstanceId !== undefined,
        }));
      }),
  };
}
