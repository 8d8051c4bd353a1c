import { type LeaseRegister, majority, registerCount } from '../domain/lease/register.ts';
import type { DatabasePolicy, Operations, StageName } from '../policy/schema.ts';

/** One S3 object of a region. */
export type RegisterPlace = { readonly region: string; readonly bucket: string };

export type LeasedDatabase = {
  readonly database: string;
  /** Who holds the lease of the primary: the instance with its region. */
  readonly holder: string;
  readonly policy: DatabasePolicy;
  readonly fence: NonNullable<DatabasePolicy['capabilities']['fence']>;
};

export const leaseBucket = (stage: string, account: string, region: string) =>
  `pg-gameday-lease-${stage}-${account}-${region}`;

/** Whose name stands in a register: an instance with its region. */
export const holderOf = (region: string, instance: string) => `${region}/${instance}`;

export const leaseKey = (database: string) => `lease/${database}.json`;

/** Primary, second and witness region; empty where the stage has no lease. */
export function registerPlaces(stage: StageName, { account, region, dr, lease }: Operations['stages'][StageName]) {
  if (dr === undefined || lease === undefined) return [];
  return [region, dr.region, lease.witnessRegion].map(
    (place): RegisterPlace => ({
      region: place,
      bucket: leaseBucket(stage, account, place),
    }),
  );
}

/** Registers of a region's instances in the newest epoch. */
function newestOf(region: string, contents: readonly LeaseRegister[]): readonly LeaseRegister[] {
  const highest = Math.max(0, ...contents.map(({ epoch }) => epoch));
  return contents.filter(({ epoch, holder }) => epoch === highest && holder?.startsWith(`${region}/`));
}

/** Whose instance of a region holds two of three registers in the newest epoch; undefined: none. */
export function keptHere(region: string, contents: readonly LeaseRegister[]): string | undefined {
  const newest = newestOf(region, contents);
  const [first] = newest;
  const isHeld = newest.filter(({ holder }) => holder === first?.holder).length >= majority;
  return isHeld && first?.holder != null ? first.holder.slice(region.length + 1) : undefined;
}

/** Whether no instance of a region has the lease, whatever the registers hold that did not answer. */
export const isSurelyNotKept = (region: string, contents: readonly LeaseRegister[]): boolean =>
  newestOf(region, contents).length + (registerCount - contents.length) < majority;

/** Those that can be fenced, whatever their mode: one that is off must hear it, too. */
export const leasedDatabases = ({ region, databases }: Operations['stages'][StageName]): LeasedDatabase[] =>
  Object.entries(databases).flatMap(([database, policy]) => {
    const { fence } = policy.capabilities;
    return fence === undefined ? [] : [{ database, holder: holderOf(region, policy.instance), policy, fence }];
  });
