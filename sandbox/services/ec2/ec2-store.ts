import type { Address, Image, Snapshot, Tag, Volume } from '@aws-sdk/client-ec2';
import { type Regional, regional } from '../regional.ts';

/** What an account has of EC2's leftovers, region by region; a test or a person at the sandbox puts it there. */
export type Ec2Region = {
  readonly volumes: Map<string, Volume>;
  readonly snapshots: Map<string, Snapshot>;
  readonly images: Map<string, Image>;
  readonly addresses: Map<string, Address>;
};

export const makeEc2Store = (): Regional<Ec2Region> =>
  regional(() => ({ volumes: new Map(), snapshots: new Map(), images: new Map(), addresses: new Map() }));

export function tagsIn(region: Ec2Region, id: string): readonly Tag[] | undefined {
  const found = region.volumes.get(id) ?? region.snapshots.get(id) ?? region.images.get(id) ?? region.addresses.get(id);
  return found === undefined ? undefined : (found.Tags ?? []);
}
