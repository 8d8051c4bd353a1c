import type { ObservationReport, RemedyObservation } from '../../contracts/remediation/observation.ts';
import type { RemediationRecord, RemedyName } from '../../contracts/remediation/remediation.ts';

const DAY = 86_400_000;

/**
 * What each remedy did or would have done, by the records of some days: how often it would have acted, and how often the alarm
 * ended without it. By these two numbers a person decides whether it may act.
 */
export function observe(
  records: readonly RemediationRecord[],
  stage: string,
  now: number,
  days: number,
): ObservationReport {
  const from = now - days * DAY;
  const own = records
    .filter((one) => one.stage === stage && one.change !== null && momentOf(one) >= from && momentOf(one) <= now)
    .sort((left, right) => momentOf(left) - momentOf(right));
  const names = new Set<RemedyName>();
  for (const { found, refusals } of own) {
    if (found !== null) names.add(found.remedy);
    for (const { remedy } of refusals) names.add(remedy);
  }
  return {
    schemaVersion: 1,
    stage,
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    days: new Set(own.map((one) => new Date(momentOf(one)).toISOString().slice(0, 10))).size,
    records: own.length,
    remedies: [...names].sort().map((remedy) => observationOf(remedy, own)),
  };
}

const momentOf = ({ change }: RemediationRecord): number => Date.parse(change?.changedAt ?? '');

function observationOf(remedy: RemedyName, records: readonly RemediationRecord[]): RemedyObservation {
  const found = records.filter((one) => one.found?.remedy === remedy);
  const refused = records.filter(
    (one) => one.found === null && one.refusals.some((refusal) => refusal.remedy === remedy),
  );
  const observed = found.filter(({ outcome }) => outcome === 'observed');
  const acted = found.filter(({ applied }) => applied?.isApplied === true);
  const ends = observed.flatMap((one) => secondsUntilEnd(one, records) ?? []).sort((left, right) => left - right);
  const reasons = new Map<string, number>();
  const count = (reason: string) => reasons.set(shapeOf(reason), (reasons.get(shapeOf(reason)) ?? 0) + 1);
  for (const { refusals } of refused)
    for (const one of refusals) if (one.remedy === remedy && !one.isGone) count(one.reason);
  for (const { claim } of found) if (claim !== null && !claim.isGranted) count(claim.reason);
  return {
    remedy,
    alarms: found.length + refused.length,
    wouldAct: observed.length + acted.length,
    acted: acted.length,
    worked: found.filter(({ outcome }) => outcome === 'remedied').length,
    goneBefore: refused.filter(({ refusals }) => refusals.some((one) => one.remedy === remedy && one.isGone)).length,
    endedByItself: {
      count: ends.length,
      median: ends[Math.floor((ends.length - 1) / 2)] ?? null,
      longest: ends.at(-1) ?? null,
    },
    refusals: [...reasons]
      .map(([reason, times]) => ({ reason, count: times }))
      .sort((left, right) => right.count - left.count),
  };
}

/** From when it rang to the first OK of the same alarm after that, unless it has rung again before. */
function secondsUntilEnd(record: RemediationRecord, records: readonly RemediationRecord[]): number | undefined {
  const began = momentOf(record);
  const next = records.find(
    (one) => momentOf(one) > began && one.change?.cause.alarmName === record.change?.cause.alarmName,
  );
  return next?.outcome === 'ended' ? (momentOf(next) - began) / 1000 : undefined;
}

/** Without the numbers and names that are different each time. */
const shapeOf = (reason: string): string =>
  reason.replace(/execution '[^']*'/g, 'an execution').replace(/\d[\d.:TZ-]*/g, 'n');
