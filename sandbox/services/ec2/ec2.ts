import { randomBytes } from 'node:crypto';
import * as client from '@aws-sdk/client-ec2';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { refuseMembers } from '../refuse-members.ts';
import type { Regional } from '../regional.ts';
import { type Ec2Region, makeEc2Store } from './ec2-store.ts';
import { networkOperations } from './networks.ts';

export type Ec2 = Service & { readonly regions: Regional<Ec2Region> };

/** Storage and addresses, what is forgotten most; and the networks that functions depend on. */
export function makeEc2({ account, now = () => new Date() }: { account: string; now?: () => Date }): Ec2 {
  const regions = makeEc2Store();

  return {
    id: 'ec2',
    client,
    regions,
    operations: {
      ...networkOperations(regions),
      DescribeVolumes: (input: client.DescribeVolumesCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['MaxResults', 'NextToken', 'VolumeIds']);
        const { items, next } = listed([...regions.in(region).volumes.values()], input);
        const wanted = input.VolumeIds;
        if (wanted === undefined) return { Volumes: items, NextToken: next };
        return {
          Volumes: wanted.map((id) => named(regions.in(region).volumes, id, 'InvalidVolume.NotFound', 'volume')),
        };
      },
      DescribeSnapshots: (input: client.DescribeSnapshotsCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['OwnerIds', 'MaxResults', 'NextToken', 'SnapshotIds']);
        const wanted = input.SnapshotIds;
        const { snapshots } = regions.in(region);
        if (wanted !== undefined) {
          return { Snapshots: wanted.map((id) => named(snapshots, id, 'InvalidSnapshot.NotFound', 'snapshot')) };
        }
        onlyOwn(input.OwnerIds, account);
        const { items, next } = listed([...snapshots.values()], input);
        return { Snapshots: items, NextToken: next };
      },
      DescribeImages: (input: client.DescribeImagesCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['Owners', 'MaxResults', 'NextToken']);
        onlyOwn(input.Owners, account);
        const { items, next } = listed([...regions.in(region).images.values()], input);
        return { Images: items, NextToken: next };
      },
      DescribeAddresses: (input: client.DescribeAddressesCommandInput, { region }: CallContext) => {
        refuseMembers(input, []);
        return { Addresses: [...regions.in(region).addresses.values()] };
      },
      CreateSnapshot: (input: client.CreateSnapshotCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['VolumeId', 'Description', 'TagSpecifications']);
        const store = regions.in(region);
        const volume = named(store.volumes, input.VolumeId, 'InvalidVolume.NotFound', 'volume');
        const snapshot: client.Snapshot = {
          SnapshotId: `snap-${randomBytes(8).toString('hex')}1`,
          VolumeId: volume.VolumeId,
          VolumeSize: volume.Size,
          StartTime: now(),
          State: 'completed',
          Progress: '100%',
          OwnerId: account,
          Description: input.Description ?? '',
          Tags: input.TagSpecifications?.find(({ ResourceType }) => ResourceType === 'snapshot')?.Tags ?? [],
        };
        store.snapshots.set(snapshot.SnapshotId ?? '', snapshot);
        return snapshot;
      },
      DeleteVolume: (input: client.DeleteVolumeCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['VolumeId']);
        const { volumes } = regions.in(region);
        const volume = named(volumes, input.VolumeId, 'InvalidVolume.NotFound', 'volume');
        if (volume.State === 'in-use') {
          throw new AwsError('VolumeInUse', `Volume ${volume.VolumeId} is currently attached`);
        }
        volumes.delete(volume.VolumeId ?? '');
      },
      DeleteSnapshot: (input: client.DeleteSnapshotCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['SnapshotId']);
        const { snapshots, images } = regions.in(region);
        const { SnapshotId = '' } = named(snapshots, input.SnapshotId, 'InvalidSnapshot.NotFound', 'snapshot');
        const user = [...images.values()].find(({ BlockDeviceMappings }) =>
          BlockDeviceMappings?.some(({ Ebs }) => Ebs?.SnapshotId === SnapshotId),
        );
        if (user !== undefined) {
          const message = `The snapshot ${SnapshotId} is currently in use by ${user.ImageId}`;
          throw new AwsError('InvalidSnapshot.InUse', message);
        }
        snapshots.delete(SnapshotId);
      },
      ReleaseAddress: (input: client.ReleaseAddressCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['AllocationId']);
        const { addresses } = regions.in(region);
        const address = named(addresses, input.AllocationId, 'InvalidAllocationID.NotFound', 'allocation ID');
        if (address.AssociationId !== undefined) {
          throw new AwsError('InvalidIPAddress.InUse', `Address ${address.PublicIp} is in use.`);
        }
        addresses.delete(address.AllocationId ?? '');
      },
    },
  };
}

function listed<T>(
  items: readonly T[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
) {
  return page(items, NextToken, MaxResults ?? 1000);
}

function named<T>(items: ReadonlyMap<string, T>, id: string | undefined, code: string, what: string): T {
  const found = items.get(id ?? '');
  if (found === undefined) throw new AwsError(code, `The ${what} '${id}' does not exist.`);
  return found;
}

/** Without an owner AWS lists the public ones of the world, too. */
function onlyOwn(owners: readonly string[] | undefined, account: string): void {
  if (owners?.length === 1 && (owners[0] === 'self' || owners[0] === account)) return;
  throw new AwsError('NotImplemented', "the sandbox knows only what its own account owns: ask for owner 'self'", {
    status: 501,
  });
}
