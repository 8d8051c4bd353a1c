import {
  DescribeAddressesCommand,
  EC2Client,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import type { Address } from '../../domain/waste/network.ts';
import type { Image, Volume, VolumeSnapshot } from '../../domain/waste/storage.ts';
import { callAws } from '../call.ts';
import { everyOne } from '../every-one.ts';
import { tagsOf } from '../tag-list.ts';

/** What an account keeps in a region and may have forgotten. */
export type Ec2 = {
  volumes(): Promise<readonly Volume[]>;
  images(): Promise<readonly Image[]>;
  snapshots(): Promise<readonly VolumeSnapshot[]>;
  addresses(): Promise<readonly Address[]>;
};

const pageSize = 500;

export function ec2In(region: string, client = new EC2Client({ region, maxAttempts: 5 })): Ec2 {
  return {
    volumes: () =>
      callAws(`list the volumes of ${region}`, (options) =>
        everyOne(
          paginateDescribeVolumes({ client, pageSize }, {}, options),
          ({ Volumes }) => Volumes,
          (one): Volume => ({
            id: one.VolumeId ?? '',
            region,
            tags: tagsOf(one.Tags),
            createdAt: one.CreateTime,
            state: one.State ?? 'unknown',
            type: one.VolumeType ?? 'unknown',
            gigabytes: one.Size,
            attachments: one.Attachments?.length ?? 0,
          }),
        ),
      ),

    images: () =>
      callAws(`list the images of ${region}`, (options) =>
        everyOne(
          paginateDescribeImages({ client, pageSize }, { Owners: ['self'] }, options),
          ({ Images }) => Images,
          (one): Image => {
            const disks = (one.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs === undefined ? [] : [Ebs]));
            const sizes = disks.flatMap(({ VolumeSize }) => (VolumeSize === undefined ? [] : [VolumeSize]));
            return {
              id: one.ImageId ?? '',
              region,
              tags: tagsOf(one.Tags),
              createdAt: new Date(one.CreationDate ?? ''),
              snapshotIds: disks.flatMap(({ SnapshotId }) => (SnapshotId === undefined ? [] : [SnapshotId])),
              gigabytes: sizes.length === disks.length ? sizes.reduce((sum, size) => sum + size, 0) : undefined,
              lastLaunched: one.LastLaunchedTime === undefined ? undefined : new Date(one.LastLaunchedTime),
            };
          },
        ),
      ),

    snapshots: () =>
      callAws(`list the snapshots of ${region}`, (options) =>
        everyOne(
          paginateDescribeSnapshots({ client, pageSize }, { OwnerIds: ['self'] }, options),
          ({ Snapshots }) => Snapshots,
          (one): VolumeSnapshot => ({
            id: one.SnapshotId ?? '',
            region,
            tags: tagsOf(one.Tags),
            createdAt: one.StartTime,
            state: one.State ?? 'unknown',
            volumeId: one.VolumeId ?? '',
            gigabytes: one.VolumeSize,
          }),
        ),
      ),

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
