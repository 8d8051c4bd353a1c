import { type Baseline, expectedOn } from './baseline.ts';
import { type Fee, feeDue } from './fees.ts';

/** Standard deviation of a day that is assumed at least, as a share: no bill repeats itself more closely for long. */
export const sigmaFloor = 0.03;

export type Series = {
  readonly amounts: Float64Array;
  /** Day number of the first amount. */
  readonly firstDay: number;
  readonly baselines: (end: number) => Baseline | undefined;
  /** Days without which nothing is expected. */
  readonly minimumHistoryDays: number;
};

/**
 * What a day may cost above its weekday's expectation because it did so before: a fee that comes by the calendar, or a
 * weekday that was as far above twice running. A week that changes is no anomaly.
 */
export function dueOn(series: Series, index: number, isHigh: (money: number) => boolean): Fee {
  const { amounts, firstDay, baselines, minimumHistoryDays } = series;
  const excessOn = (day: number): number => {
    const past = day - firstDay;
    const before = past >= minimumHistoryDays && past < amounts.length ? baselines(past) : undefined;
    return before === undefined ? Number.NaN : (amounts[past] ?? Number.NaN) - expectedOn(before, firstDay, past);
  };
  const day = firstDay + index;
  const fee = feeDue(day, firstDay + minimumHistoryDays, excessOn, isHigh);
  const weekly = Math.max(0, Math.min(excessOn(day - 7), excessOn(day - 14))) || 0;
  return fee === undefined || weekly > fee.money ? { money: weekly, tolerance: 0.25 * weekly } : fee;
}

/** The expectation of one day with what is due on it; undefined where the days before say too little. */
export function expectedWithDue(series: Series, end: number, index: number): number | undefined {
  const baseline = end >= series.minimumHistoryDays ? series.baselines(end) : undefined;
  if (baseline === undefined) return undefined;
  const expected = expectedOn(baseline, series.firstDay, index);
  const excess = (series.amounts[index] ?? Number.NaN) - expected;
  const isHigh = (money: number) => money > Math.max(0.1, 5 * Math.max(sigmaFloor, baseline.sigma)) * expected;
  // Only what is high needs an excuse, and looking for one is dear. A day that is yet to come may bring a fee too.
  return Number.isNaN(excess) || isHigh(excess) ? expected + dueOn(series, index, isHigh).money : expected;
}
