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

/** Those that can be fenced, whatever their mode: one that is off must hear it, too. */
export const leasedDatabases = ({ region, databases }: Operations['stages'][StageName]): LeasedDatabase[] =>
  Object.entries(databases).flatMap(([database, policy]) => {
    const { fence } = policy.capabilities;
    return fence === undefined ? [] : [{ database, holder: `${region}/${policy.instance}`, policy, fence }];
  });
