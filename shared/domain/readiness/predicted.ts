import type { PastRecoveries } from '../../contracts/dr-promotion/recovery.ts';
import type { Interval, Readiness } from '../../contracts/dr-readiness/dr-readiness.ts';
import { proposedTiming } from '../lease/lease-timing.ts';
import { predictLevel } from '../restore/prediction.ts';
import type { ReadinessRule } from './finding.ts';

type Waited = Pick<ReadinessRule, 'leaseMode' | 'hasName'>;
type Predicted = { readonly recoveryTime: Interval | null; readonly recoveryTimeFrom: string };

/** Those that came to their end; another one says only that it did not. */
const ended = ['promoted', 'rehearsed'];

/** Of the end of a lease that nobody fences: none behind a fence; at most what is waited for, and one more look each 15 s. */
const leaseWait: Interval = {
  low: 0,
  expected: proposedTiming.waitFor / 1000,
  high: proposedTiming.waitFor / 1000 + 30,
};

/** Of a name: a period of its alarm, a check, and the time to live. */
const nameWait: Interval = { low: 60, expected: 105, high: 150 };

/**
 * How long a promotion by a replica takes: the work as it was measured, and the waits that a drill does not have. Backups have their own
 * predictions, on the recovery page.
 */
export function predictRecovery(path: Readiness['path'], past: PastRecoveries, rule: Waited): Predicted {
  if (path !== 'logical replica' && path !== 'physical replica')
    return { recoveryTime: null, recoveryTimeFrom: 'how long a restore takes stands on the recovery page' };
  const measured = past.found.flatMap(({ result, workSeconds }) =>
    workSeconds === null || !ended.includes(result) ? [] : [workSeconds],
  );
  const unread = past.unread.length === 0 ? '' : `; not read: ${past.unread.join(', ')}`;
  const work = predictLevel(measured);
  if (work === undefined)
    return {
      recoveryTime: null,
      recoveryTimeFrom: `three measured promotions or drills are needed, there are ${measured.length}${unread}`,
    };
  const waits = [...(rule.leaseMode === 'off' ? [] : [leaseWait]), ...(rule.hasName ? [nameWait] : [])];
  const sum = (key: keyof Interval) => waits.reduce((seconds, wait) => seconds + wait[key], work[key]);
  return {
    recoveryTime: { low: sum('low'), expected: sum('expected'), high: sum('high') },
    recoveryTimeFrom: `the work of ${measured.length} promotions and drills${rule.leaseMode === 'off' ? '' : ', the end of a lease'}${rule.hasName ? ', a name that turns' : ''}${unread}`,
  };
}

/** A target counts as missed when 1 of 20 promotions would miss it; where there is no way, all is lost. */
export function missedTargets(
  { path, recoveryPoint, recoveryTime }: Pick<Readiness, 'path' | 'recoveryPoint' | 'recoveryTime'>,
  { rtoSeconds, rpoSeconds }: Readiness['targets'],
): Readiness['misses'] {
  const isLossMissed = path === 'none' || (recoveryPoint !== null && recoveryPoint.high > rpoSeconds);
  const isTimeMissed = recoveryTime !== null && recoveryTime.high > rtoSeconds;
  return [
    ...(isLossMissed ? (['recovery point'] as const) : []),
    ...(isTimeMissed ? (['recovery time'] as const) : []),
  ];
}
