import { targetsOf } from '../domain/dr/targets.ts';
import type { ReadinessRule } from '../domain/readiness/finding.ts';
import type { DatabasePolicy, Operations } from '../policy/schema.ts';

const hour = 3600;

/** Thirty hours for a snapshot are those of the alarm on old backups; facts may miss one hour. */
export const readinessRule = (
  { capabilities, lease, standby, dns }: DatabasePolicy,
  policy: Pick<Operations, 'disasterRecovery'>,
): ReadinessRule => ({
  publication: standby?.publication ?? 'gameday',
  subscription: standby?.subscription ?? 'gameday',
  fencedRoles: capabilities.fence?.roles ?? [],
  leaseMode: lease.mode,
  mostLagSeconds: 300,
  mostSnapshotSeconds: 30 * hour,
  mostRestorableSeconds: hour / 2,
  mostFactsSeconds: 2.5 * hour,
  hasStandby: standby !== undefined,
  hasName: dns !== undefined,
  targets: targetsOf(policy),
});

/** What nobody backs up nightly and nobody replicates is not meant to survive its region. */
export const readyDatabases = (databases: Readonly<Record<string, DatabasePolicy>>) =>
  Object.entries(databases).filter(([, { nightly, standby }]) => nightly || standby !== undefined);

export const factsKey = (database: string, side: 'primary' | 'standby') =>
  `dr-readiness/${database}/facts-${side}.json`;
export const readinessKey = (database: string, ending: 'json' | 'html') =>
  `dr-readiness/${database}/readiness.${ending}`;
