import type { Address, Image, RouteTable, Snapshot, Subnet, Tag, Volume, VpcEndpoint } from '@aws-sdk/client-ec2';
import { type Regional, regional } from '../regional.ts';

/** What an account has of EC2, region by region; a test or a person at the sandbox puts it there. */
export type Ec2Region = {
  readonly volumes: Map<string, Volume>;
  readonly snapshots: Map<string, Snapshot>;
  readonly images: Map<string, Image>;
  readonly addresses: Map<string, Address>;
  readonly subnets: Map<string, Subnet>;
  readonly routeTables: RouteTable[];
  readonly vpcEndpoints: VpcEndpoint[];
};

export const makeEc2Store = (): Regional<Ec2Region> =>
  regional((region) => ({
    volumes: new Map(),
    snapshots: new Map(),
    images: new Map(),
    addresses: new Map(),
    subnets: new Map(defaultSubnets(region).map((subnet) => [subnet.SubnetId ?? '', subnet])),
    routeTables: [],
    vpcEndpoints: [],
  }));

export function tagsIn(region: Ec2Region, id: string): readonly Tag[] | undefined {
  const found = region.volumes.get(id) ?? region.snapshots.get(id) ?? region.images.get(id) ?? region.addresses.get(id);
  return found === undefined ? undefined : (found.Tags ?? []);
}

/** Those of the default group of the emulated RDS. */
const defaultSubnets = (region: string): Subnet[] =>
  ['a', 'b'].map((zone) => ({
    SubnetId: `subnet-${zone}-${region}`,
    VpcId: 'vpc-00000000000000001',
    AvailabilityZone: `${region}${zone}`,
    AvailableIpAddressCount: 4091,
    State: 'available',
  }));
