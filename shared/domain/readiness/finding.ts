import type { RecoveryTargets } from '../../contracts/dr-promotion/recovery.ts';
import type { DatabaseFacts, ReadinessReason, SideFacts } from '../../contracts/dr-readiness/dr-readiness.ts';

/** Both sides answered, so that they can be compared. */
export type Pair = { readonly primary: DatabaseFacts; readonly standby: DatabaseFacts; readonly rule: ReadinessRule };

export type ReadinessRule = {
  readonly publication: string;
  readonly subscription: string;
  /** Of applications that may be kept out; empty where no fence is set up. */
  readonly fencedRoles: readonly string[];
  readonly leaseMode: 'off' | 'observe' | 'enforce';
  /** Seconds: what the newest beat of the standby may be behind before a promotion loses more than is allowed. */
  readonly mostLagSeconds: number;
  /** Seconds since the newest verified snapshot, the newest restorable moment, the facts themselves. */
  readonly mostSnapshotSeconds: number;
  readonly mostRestorableSeconds: number;
  readonly mostFactsSeconds: number;
  /** Whether a logical replica is set up in the other region. */
  readonly hasStandby: boolean;
  /** Whether a promotion turns a name, which takes its time. */
  readonly hasName: boolean;
  readonly targets: RecoveryTargets;
};

export type Sides = { readonly primary: SideFacts | undefined; readonly standby: SideFacts | undefined };

export const reason = (
  check: string,
  weight: ReadinessReason['weight'],
  subject: string,
  message: string,
  remedy: string,
): ReadinessReason => ({ check, weight, subject, message, remedy });

export const publicationOf = ({ primary, rule }: Pair) =>
  primary.publications.find(({ name }) => name === rule.publication);
export const subscriptionOf = ({ standby, rule }: Pair) =>
  standby.subscriptions.find(({ name }) => name === rule.subscription);

/** Of ours, which is written on each side by itself. */
export const isOwn = (name: string) => name.startsWith('gameday.');
