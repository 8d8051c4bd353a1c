import type { PastRecoveries } from '../../contracts/dr-promotion/recovery.ts';
import type { Interval, Readiness, ReadinessReason } from '../../contracts/dr-readiness/dr-readiness.ts';
import { fenceReasons } from './fenced.ts';
import type { Pair, ReadinessRule, Sides } from './finding.ts';
import { parityFaults } from './parity.ts';
import { isReplicaUsable, replicaLag } from './physical.ts';
import { missedTargets, predictRecovery } from './predicted.ts';
import { publishedFaults } from './published.ts';
import { regionFaults } from './region.ts';
import { lagSeconds, replicationFaults } from './replicated.ts';

/** A beat is written each minute: what a beat does not hold may be younger by so much. */
const beatEvery = 60;

/**
 * Would a promotion serve, what would be lost, and how long would it take? Decided from facts alone. Where no replica can be used, the
 * backups of the second region are the way: later, and with more loss.
 */
export function assessReadiness(
  database: string,
  sides: Sides,
  rule: ReadinessRule,
  past: PastRecoveries,
  now: number,
): Readiness {
  const { primary, standby } = sides;
  const pair: Pair | undefined =
    rule.hasStandby && primary?.facts != null && standby?.facts != null
      ? { primary: primary.facts, standby: standby.facts, rule }
      : undefined;
  const ofData = [
    ...regionFaults(sides, rule, now),
    ...(pair === undefined ? [] : [...publishedFaults(pair), ...replicationFaults(pair), ...parityFaults(pair)]),
  ];
  const reasons = [...ofData, ...(primary?.facts == null ? [] : fenceReasons(primary.facts, rule))];
  const path = pathOf(sides, pair, ofData);
  const point = recoveryPoint(path, sides, pair);
  const { recoveryTime, recoveryTimeFrom } = predictRecovery(path, past, rule);
  return {
    schemaVersion: 1,
    database,
    at: new Date(now).toISOString(),
    path,
    verdict: verdictOf(path, reasons),
    reasons,
    recoveryPoint: point,
    recoveryTime,
    recoveryTimeFrom,
    targets: rule.targets,
    misses: missedTargets({ path, recoveryPoint: point, recoveryTime }, rule.targets),
  };
}

/** Of what cannot be done, and of what is lost: backups lose more than a replica that follows. */
function verdictOf(path: Readiness['path'], reasons: readonly ReadinessReason[]): Readiness['verdict'] {
  if (path === 'none' || reasons.some(({ weight }) => weight === 'no-go')) return 'no-go';
  return path.endsWith(' replica') && !reasons.some(({ weight }) => weight === 'loss') ? 'go' : 'go with loss';
}

/** Who could still write decides whether, and not by which way. */
function pathOf({ standby }: Sides, pair: Pair | undefined, ofData: readonly ReadinessReason[]): Readiness['path'] {
  if (pair !== undefined && !ofData.some(({ weight }) => weight === 'no-go')) return 'logical replica';
  if (standby !== undefined && isReplicaUsable(standby)) return 'physical replica';
  if (standby?.restorableSeconds != null) return 'point in time';
  return standby?.snapshotSeconds == null ? 'none' : 'snapshot';
}

/** Seconds that would be lost. */
function recoveryPoint(path: Readiness['path'], { standby }: Sides, pair: Pair | undefined): Interval | null {
  const behind =
    path === 'logical replica' && pair !== undefined
      ? lagSeconds(pair)
      : path === 'physical replica' && standby !== undefined
        ? replicaLag(standby)
        : null;
  if (behind !== null) {
    const lag = Math.max(0, behind);
    // A beat that is younger than the next one says nothing of what came after it.
    return { low: 0, expected: Math.max(0, lag - beatEvery), high: lag };
  }
  const seconds =
    path === 'point in time' ? standby?.restorableSeconds : path === 'snapshot' ? standby?.snapshotSeconds : null;
  return seconds == null ? null : { low: 0, expected: seconds, high: seconds };
}
