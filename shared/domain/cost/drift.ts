import type { Baseline } from './baseline.ts';
import { weekdayOf } from './days.ts';
import type { DetectorLimits } from './detector-limits.ts';
import { medianInPlace } from './statistics.ts';

/** A cost that grew by this share in four weeks, week after week, is reported. */
const growthInFourWeeks = 0.35;

type Drift = { readonly kind: 'drift'; readonly first: number; readonly expected: number };

/**
 * Growth that no single day shows: each of the last four weeks is above the one before, together they are far above
 * the growth of the weeks before them, and no one week made the most of it (that would be a step, reported when it came).
 */
export function driftOn(
  amounts: Float64Array,
  baseline: Baseline,
  firstDay: number,
  index: number,
  limits: DetectorLimits,
): Drift | undefined {
  const weeks = [0, 1, 2, 3, 4, 5, 6].map((back) => weekLevel(amounts, baseline, firstDay, index - 7 * back));
  const [now, one, two, three, four, five, six] = weeks as [number, number, number, number, number, number, number];
  const steps = [now - one, one - two, two - three, three - four];
  const total = now - four;
  const noise = 2.5 * Math.max(baseline.sigma, 0.03);
  const earlier = Number.isNaN(six) ? 0 : Math.max(0, (four / six - 1) * 2);
  const isSteady = steps.every((step) => step > 0.05 * total) && Math.max(...steps) < 0.6 * total;
  const isFar = total / four > Math.max(growthInFourWeeks, noise) + earlier;
  if (!isSteady || !isFar || Number.isNaN(five) || total < limits.minimumMoney) return undefined;
  const factor = baseline.weekdays[weekdayOf(firstDay + index)] ?? 1;
  return { kind: 'drift', first: index, expected: four * factor };
}

const week = new Float64Array(7);

function weekLevel(amounts: Float64Array, baseline: Baseline, firstDay: number, last: number): number {
  let count = 0;
  for (let day = Math.max(0, last - 6); day <= last; day += 1) {
    const factor = baseline.weekdays[weekdayOf(firstDay + day)] ?? 1;
    const amount = (amounts[day] ?? Number.NaN) / factor;
    if (factor > 0.02 && !Number.isNaN(amount)) week[count++] = amount;
  }
  return count >= 5 ? medianInPlace(week, count) : Number.NaN;
}
