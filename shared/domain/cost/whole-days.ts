import type { CostTable } from './series.ts';

/** AWS rounds each group for itself. */
const toleratedShare = 0.001;
const toleratedMoney = 0.01;

/**
 * Holds the groups of each day against the day's total. Where they add up, a group that was not reported cost nothing.
 * Where they do not, the answer lacked a page, and the day is unknown: half of a day would look like a cost that has
 * stopped. Answers the days that are not whole, as indices.
 */
export function keepWholeDays(table: CostTable, total: Float64Array): readonly number[] {
  const broken: number[] = [];
  for (let index = 0; index < total.length; index += 1) {
    const wanted = total[index] ?? Number.NaN;
    if (Number.isNaN(wanted)) continue;
    let sum = 0;
    for (const amounts of table.series.values()) sum += amounts[index] || 0;
    const isWhole = Math.abs(sum - wanted) <= toleratedMoney + toleratedShare * Math.abs(wanted);
    if (!isWhole) broken.push(index);
    for (const amounts of table.series.values()) {
      amounts[index] = isWhole ? amounts[index] || 0 : Number.NaN;
    }
  }
  return broken;
}
