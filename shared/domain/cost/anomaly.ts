import { type Baseline, expectedOn, makeBaselines } from './baseline.ts';
import { weekdayOf } from './days.ts';
import type { DetectorLimits } from './detector-limits.ts';
import { driftOn } from './drift.ts';
import { dueOn, sigmaFloor } from './due.ts';

export type AnomalyKind = 'increase' | 'drift' | 'missing' | 'new';

/** Consecutive days are one anomaly. `first` and `last` are indices; the sums are of these days. */
export type Anomaly = {
  readonly kind: AnomalyKind;
  readonly first: number;
  readonly last: number;
  readonly actual: number;
  readonly expected: number;
};

/** What a day was expected to be; undefined where nothing can be expected. */
export type Band = { readonly expected: number; readonly lower: number; readonly upper: number };

export type Analysis = {
  readonly anomalies: readonly Anomaly[];
  /** One for each assessed day, beginning with `from`. */
  readonly bands: readonly (Band | undefined)[];
};

type Flag = { readonly kind: AnomalyKind; readonly first: number; readonly expected: number };

/** Days that are assessed together, and the standard deviations that their median may be off: what lasts shows earlier. */
const windows = [
  { days: 3, share: 0.75 },
  { days: 7, share: 0.55 },
] as const;

/**
 * Assesses the days from `from` on, each by what was known the day before it. `amounts` holds one number a day, NaN for
 * a day that the bill does not have.
 */
export function analyseSeries(amounts: Float64Array, firstDay: number, from: number, limits: DetectorLimits): Analysis {
  const baselines = makeBaselines(amounts, firstDay);
  const flags: (Flag | undefined)[] = [];
  const bands: (Band | undefined)[] = [];
  for (let index = Math.max(0, from); index < amounts.length; index += 1) {
    const { flag, band } = assessDay(amounts, firstDay, index, baselines, limits);
    flags.push(flag);
    bands.push(band);
  }
  return { anomalies: joinDays(flags, Math.max(0, from), amounts), bands };
}

function assessDay(
  amounts: Float64Array,
  firstDay: number,
  index: number,
  baselines: (end: number) => Baseline | undefined,
  limits: DetectorLimits,
): { flag: Flag | undefined; band: Band | undefined } {
  const actual = at(amounts, index);
  const history = historyBefore(amounts, index);
  if (Number.isNaN(actual)) return { flag: undefined, band: undefined };
  const baseline = history.known < limits.minimumHistoryDays ? undefined : baselines(index);
  if (baseline === undefined || unexplainedZeros(amounts, baseline, firstDay, index) > 0.12) {
    const flag = assessWithoutBaseline(actual, index, history, limits);
    return { flag, band: undefined };
  }
  const expected = expectedOn(baseline, firstDay, index);
  const allowed = limits.sigmas * Math.max(baseline.sigma, sigmaFloor);
  const threshold = Math.max(allowed, 1.75 * baseline.tail + sigmaFloor);
  const band = { expected, lower: expected * Math.max(0, 1 - allowed), upper: expected * (1 + threshold) };

  const excess = actual - expected;
  // On a weekday that costs little, what is usual on the others is no surprise.
  const usual = Math.max(expected, 0.6 * baseline.level);
  const isHigh = (money: number, base: number, share: number) =>
    money > Math.max(share * usual, limits.minimumMoney, limits.minimumShare * base);
  if (isHigh(excess, expected, threshold)) {
    const series = { amounts, firstDay, baselines, minimumHistoryDays: limits.minimumHistoryDays };
    const due = dueOn(series, index, (money) => isHigh(money, expected, Math.max(allowed, 0.1)));
    const most = expected + due.money + due.tolerance;
    const isAnomaly = isHigh(actual - most, expected, threshold);
    return {
      flag: isAnomaly ? { kind: 'increase', first: index, expected: expected + due.money } : undefined,
      band: { ...band, expected: expected + due.money, upper: most + threshold * expected },
    };
  }
  const flag =
    assessMissing(amounts, firstDay, index, baselines, limits) ??
    assessWindows(amounts, firstDay, index, baselines, limits) ??
    driftOn(amounts, baseline, firstDay, index, limits);
  return { flag, band };
}

/** Several days together are above what was expected before the first of them. */
function assessWindows(
  amounts: Float64Array,
  firstDay: number,
  index: number,
  baselines: (end: number) => Baseline | undefined,
  limits: DetectorLimits,
): Flag | undefined {
  for (const { days, share } of windows) {
    const first = index - days + 1;
    const baseline = first >= limits.minimumHistoryDays ? baselines(first) : undefined;
    if (baseline === undefined) continue;
    const shares: number[] = [];
    let money = 0;
    let expectedSum = 0;
    for (let day = first; day <= index; day += 1) {
      const expected = expectedOn(baseline, firstDay, day);
      const actual = at(amounts, day);
      if (Number.isNaN(actual) || !(expected > 0)) continue;
      shares.push(actual / expected - 1);
      money += actual - expected;
      expectedSum += expected;
    }
    if (shares.length < days - 1) continue;
    shares.sort((left, right) => left - right);
    // Nearly all of the days have to be high: a median alone would take one high day and two middling ones for a shift.
    const low = shares[days === 3 ? 0 : 1] ?? 0;
    const middle = shares[shares.length >> 1] ?? 0;
    const threshold = Math.max(limits.sigmas * share * Math.max(baseline.sigma, sigmaFloor), 0.8 * baseline.tail);
    const isMaterial =
      money / shares.length > limits.minimumMoney && money > limits.minimumShare * expectedSum && middle > threshold;
    if (isMaterial && low > threshold / 2) return { kind: 'increase', first, expected: expectedSum / shares.length };
  }
  return undefined;
}

/** Two days of almost nothing where there was always something. */
function assessMissing(
  amounts: Float64Array,
  firstDay: number,
  index: number,
  baselines: (end: number) => Baseline | undefined,
  limits: DetectorLimits,
): Flag | undefined {
  const first = index - 1;
  const baseline = first >= limits.minimumHistoryDays ? baselines(first) : undefined;
  if (baseline === undefined) return undefined;
  let expectedSum = 0;
  for (const day of [first, index]) {
    const expected = expectedOn(baseline, firstDay, day);
    const actual = at(amounts, day);
    // A refund is negative, and no sign that anything has stopped.
    if (!(actual >= 0 && actual < 0.15 * expected && expected > limits.minimumMissingMoney)) return undefined;
    if (baseline.sigma > 0.22) return undefined;
    expectedSum += expected;
  }
  return { kind: 'missing', first, expected: expectedSum / 2 };
}

/**
 * Share of the last four weeks' days that cost nothing although their weekday usually costs something. A run of them up
 * to yesterday is left out: that is a cost that has stopped.
 */
function unexplainedZeros(amounts: Float64Array, baseline: Baseline, firstDay: number, index: number): number {
  let [known, zeros] = [0, 0];
  let end = index;
  while (end > 0 && at(amounts, end - 1) === 0) end -= 1;
  for (let day = Math.max(0, end - 28); day < end; day += 1) {
    const amount = at(amounts, day);
    if (Number.isNaN(amount)) continue;
    known += 1;
    if (amount <= 0 && (baseline.weekdays[weekdayOf(firstDay + day)] ?? 1) > 0.1) zeros += 1;
  }
  return known === 0 ? 0 : zeros / known;
}

type History = { readonly known: number; readonly highest: number; readonly spent: number };

/** What the eight weeks before a day hold. */
function historyBefore(amounts: Float64Array, index: number): History {
  let [known, highest, spent] = [0, 0, 0];
  for (let day = Math.max(0, index - 56); day < index; day += 1) {
    const amount = at(amounts, day);
    if (Number.isNaN(amount)) continue;
    known += 1;
    highest = Math.max(highest, amount);
    if (amount > 0) spent += 1;
  }
  return { known, highest, spent };
}

/** A cost that is not there every day, or not long enough: only what is far above all that was seen is reported. */
function assessWithoutBaseline(
  actual: number,
  index: number,
  { known, highest, spent }: History,
  limits: DetectorLimits,
): Flag | undefined {
  // Somebody who has paid for nothing for weeks wants to hear of the first bill; of a young account all is new.
  if (spent === 0) {
    const isNew = known >= limits.minimumHistoryDays && actual > limits.minimumMoney;
    return isNew ? { kind: 'new', first: index, expected: 0 } : undefined;
  }
  const isFar = known >= 7 && actual > 2.5 * highest && actual - highest > limits.minimumMoney;
  return isFar ? { kind: 'increase', first: index, expected: highest } : undefined;
}

function joinDays(flags: readonly (Flag | undefined)[], from: number, amounts: Float64Array): Anomaly[] {
  const joined: { kind: AnomalyKind; first: number; last: number; expected: number[] }[] = [];
  flags.forEach((flag, offset) => {
    if (flag === undefined) return;
    const index = from + offset;
    const open = joined.at(-1);
    // A day between may be quiet by chance; and what begins as a drift may go on as an increase.
    if (open !== undefined && index - open.last <= 2 && (open.kind === 'missing') === (flag.kind === 'missing')) {
      open.last = index;
      open.expected.push(flag.expected);
    } else {
      joined.push({ kind: flag.kind, first: Math.max(flag.first, from), last: index, expected: [flag.expected] });
    }
  });
  return joined.map(({ kind, first, last, expected }) => {
    const days = Array.from({ length: last - first + 1 }, (_, offset) => at(amounts, first + offset));
    const known = days.filter((amount) => !Number.isNaN(amount));
    const aDay = expected.reduce((sum, one) => sum + one, 0) / expected.length;
    return { kind, first, last, actual: known.reduce((sum, one) => sum + one, 0), expected: aDay * known.length };
  });
}

const at = (amounts: Float64Array, index: number): number => amounts[index] ?? Number.NaN;
