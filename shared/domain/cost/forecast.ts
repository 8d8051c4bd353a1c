import { makeBaselines } from './baseline.ts';
import { monthStart } from './days.ts';
import { expectedWithDue, type Series, sigmaFloor } from './due.ts';

/** What a calendar month will have cost, as far as its settled days report. */
export type MonthForecast = {
  readonly spent: number;
  /** Expected cost of each day that is not settled yet, the first one first. */
  readonly rest: readonly number[];
  readonly total: number;
  readonly lower: number;
  readonly upper: number;
};

/** Days of known cost below which there is no forecast at all. */
const leastDays = 3;

/**
 * `amounts` ends with the last settled day. Fees that are due before the month's end are in it; undefined where the
 * history is too short to say anything.
 */
export function forecastMonth(amounts: Float64Array, firstDay: number): MonthForecast | undefined {
  const end = firstDay + amounts.length;
  const known = amounts.filter((amount) => !Number.isNaN(amount));
  if (known.length < leastDays) return undefined;
  // On the first days of a month the last settled day still belongs to the month before.
  const start = monthStart(end - 1) === monthStart(end) ? monthStart(end) : end;
  const monthEnd = monthStart(end, 1);
  let [spent, unknown] = [0, 0];
  for (let day = Math.max(start, firstDay); day < end; day += 1) {
    const amount = amounts[day - firstDay] ?? Number.NaN;
    if (Number.isNaN(amount)) unknown += 1;
    else spent += amount;
  }
  const recent = known.slice(-14);
  const mean = recent.reduce((sum, amount) => sum + amount, 0) / recent.length;
  const series: Series = { amounts, firstDay, baselines: makeBaselines(amounts, firstDay), minimumHistoryDays: 28 };
  const baseline = amounts.length >= 28 ? series.baselines(amounts.length) : undefined;
  const rest: number[] = [];
  for (let day = end; day < monthEnd; day += 1) {
    rest.push(expectedWithDue(series, amounts.length, day - firstDay) ?? mean);
  }
  const expected = rest.reduce((sum, one) => sum + one, 0) + unknown * mean;
  const sigma = baseline === undefined ? 0.3 : Math.max(sigmaFloor, baseline.sigma);
  // Days err together as well as apart: the level itself may move.
  const spread = 2 * sigma * (expected / Math.sqrt(Math.max(1, rest.length)) + 0.25 * expected);
  const total = spent + expected;
  return { spent, rest, total, lower: total - spread, upper: total + spread };
}
