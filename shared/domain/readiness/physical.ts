import type { ReadinessReason, SideFacts } from '../../contracts/dr-readiness/dr-readiness.ts';
import { predictedLoss } from '../dr/drained.ts';
import { type ReadinessRule, reason } from './finding.ts';

/** Whether dr-promotion could promote the physical replica of the second region as it was seen. */
export const isReplicaUsable = ({ replica }: SideFacts): boolean =>
  replica?.status === 'available' && replica.replay !== null;

/** Seconds that its newest transaction is old; null where nobody knows. */
export const replicaLag = ({ replica }: SideFacts): number | null =>
  replica?.replay == null ? null : predictedLoss(replica.replay);

/** The physical replica, where a person has tagged one. */
export function* replicaFaults(standby: SideFacts, rule: ReadinessRule): Iterable<ReadinessReason> {
  const { replica } = standby;
  if (replica == null) return;
  if (replica.status !== 'available') {
    yield reason(
      'replica-not-available',
      'loss',
      replica.id,
      `is '${replica.status}', and RDS promotes an available replica only`,
      'Wait, or make another one: a failed replica does not come back by itself.',
    );
    return;
  }
  const lag = replicaLag(standby);
  if (lag === null) {
    yield reason(
      'replica-silent',
      'loss',
      replica.id,
      replica.failure ?? 'has replayed no transaction since it began',
      'Look at its security group, and whether the secret of the database has a replica in this region.',
    );
  } else if (lag > rule.mostLagSeconds) {
    yield reason(
      'replica-behind',
      'loss',
      replica.id,
      `its newest transaction is ${lag} s old`,
      'Is the primary still written to, and does the replica receive its log? Look at ReplicaLag and at conflicts.',
    );
  }
}
