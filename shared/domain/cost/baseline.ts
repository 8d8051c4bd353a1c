import { weekdayOf } from './days.ts';
import { medianInPlace, sigmaInPlace } from './statistics.ts';

/**
 * What a series of daily costs is expected to be, learnt from days before a day and from no other: a level with a
 * local trend, and what each weekday makes of it. Everything is a median, so that neither a fee nor a spike of the
 * past moves it.
 */
export type Baseline = {
  /** Level on the day before the baseline's end, without what the weekday makes of it. */
  readonly level: number;
  /** Money a day. */
  readonly slope: number;
  /** Index 0 is Sunday. */
  readonly weekdays: Float64Array;
  /** Standard deviation of a day, as a share of what was expected. */
  readonly sigma: number;
  /** A share of what was expected that was exceeded on few days before. */
  readonly tail: number;
  /** Index of the first day that the baseline does not know. */
  readonly end: number;
};

const weeksOfWeekdays = 8;
const daysOfLevel = 21;
const daysOfSigma = 35;
/** A local trend beyond this share a day is taken for noise. */
const steepest = 0.012;

/** Of a series that is mostly zero nothing is expected. */
export function makeBaselines(amounts: Float64Array, firstDay: number): (end: number) => Baseline | undefined {
  const ratios = ratiosToWeek(amounts);
  const known = new Map<number, Baseline | undefined>();
  return (end) => {
    if (!known.has(end)) known.set(end, baselineAt(amounts, ratios, firstDay, end));
    return known.get(end);
  };
}

/** Each day beside the median of the week that ends with it: growth and levels are gone, the weekday is left. */
function ratiosToWeek(amounts: Float64Array): Float64Array {
  const week = new Float64Array(7);
  return amounts.map((amount, index) => {
    let count = 0;
    for (let day = Math.max(0, index - 6); day <= index; day += 1) {
      const one = amounts[day] ?? Number.NaN;
      if (!Number.isNaN(one)) {
        week[count] = one;
        count += 1;
      }
    }
    const middle = medianInPlace(week, count);
    return count >= 5 && middle > 0 ? amount / middle : Number.NaN;
  });
}

const list = new Float64Array(daysOfSigma + 7);

function baselineAt(amounts: Float64Array, ratios: Float64Array, firstDay: number, end: number): Baseline | undefined {
  const weekdays = weekdayFactors(ratios, firstDay, end);
  const start = Math.max(0, end - daysOfSigma - 7);
  const length = end - start;
  const plain = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    const factor = weekdays[weekdayOf(firstDay + start + index)] ?? 1;
    plain[index] = factor > 0.02 ? (amounts[start + index] ?? Number.NaN) / factor : Number.NaN;
  }
  const trend = trendOf(plain);
  let count = 0;
  for (let index = Math.max(0, length - daysOfLevel); index < length; index += 1) {
    const value = (plain[index] ?? Number.NaN) + trend * (length - 1 - index);
    if (!Number.isNaN(value)) list[count++] = value;
  }
  const level = medianInPlace(list, count);
  if (!(level > 0) || count < 7) return undefined;
  const slope = Math.max(-steepest, Math.min(steepest, trend / level)) * level;
  const spread = spreadOf(plain, level, slope);
  return { level, slope, weekdays, ...spread, end };
}

function weekdayFactors(ratios: Float64Array, firstDay: number, end: number): Float64Array {
  const factors = new Float64Array(7).fill(1);
  const samples = new Float64Array(weeksOfWeekdays);
  for (let weekday = 0; weekday < 7; weekday += 1) {
    let count = 0;
    let last = end - 1;
    while (last >= 0 && weekdayOf(firstDay + last) !== weekday) last -= 1;
    for (let index = last; index >= 0 && index > last - 7 * weeksOfWeekdays; index -= 7) {
      const ratio = ratios[index] ?? Number.NaN;
      if (!Number.isNaN(ratio)) samples[count++] = ratio;
    }
    if (count >= 3) factors[weekday] = medianInPlace(samples, count);
  }
  return factors;
}

/** Median of the differences to the week before, as money a day. */
function trendOf(plain: Float64Array): number {
  let count = 0;
  for (let index = Math.max(7, plain.length - 28); index < plain.length; index += 1) {
    const difference = (plain[index] ?? Number.NaN) - (plain[index - 7] ?? Number.NaN);
    if (!Number.isNaN(difference)) list[count++] = difference;
  }
  return count < 14 ? 0 : medianInPlace(list, count) / 7;
}

function spreadOf(plain: Float64Array, level: number, slope: number): { sigma: number; tail: number } {
  let count = 0;
  for (let index = Math.max(0, plain.length - daysOfSigma); index < plain.length; index += 1) {
    const expected = level - slope * (plain.length - 1 - index);
    const value = (plain[index] ?? Number.NaN) / expected - 1;
    if (!Number.isNaN(value) && expected > 0) list[count++] = value;
  }
  const highest = list.slice(0, count).sort();
  // The third highest of five weeks: two spikes of the past do not hide a third one.
  const tail = Math.max(0, highest[count - 3] ?? 0);
  return { sigma: sigmaInPlace(list, count), tail };
}

export function expectedOn(baseline: Baseline, firstDay: number, index: number): number {
  const ahead = index - baseline.end + 1;
  const factor = baseline.weekdays[weekdayOf(firstDay + index)] ?? 1;
  return Math.max(0, baseline.level + baseline.slope * ahead) * factor;
}
