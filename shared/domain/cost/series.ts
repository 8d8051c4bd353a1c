import { dayOf, isoDate } from './days.ts';

/** One group of one day as Cost Explorer reports it. */
export type CostRow = {
  readonly date: string;
  readonly keys: readonly string[];
  readonly amount: number;
  readonly currency: string;
};

/** Daily costs by group on one axis of days. */
export type CostTable = {
  readonly firstDay: number;
  readonly days: number;
  readonly currency: string;
  /** By the group's keys, joined with a tab. NaN is a day of which the bill says nothing. */
  readonly series: ReadonlyMap<string, Float64Array>;
  /** What a reader has to know about the data, in sentences. */
  readonly notes: readonly string[];
};

export const groupName = (keys: readonly string[]): string => keys.join('\t');

/**
 * Puts rows on one axis. A day on which others cost something and a group nothing is a zero; a day without any row is
 * unknown. Where the currency changes, only the days in the last one can be compared: those before are unknown.
 */
export function tabulate(rows: readonly CostRow[], from: string, to: string): CostTable {
  const firstDay = dayOf(from);
  const days = dayOf(to) - firstDay;
  const inside = rows.filter(({ date }) => date >= from && date < to);
  const notes: string[] = [];
  const byDate = inside.toSorted((left, right) => (left.date < right.date ? -1 : left.date > right.date ? 1 : 0));
  // A group that cost nothing has no currency of its own ("N/A").
  const paid = byDate.filter(({ amount }) => amount !== 0);
  const currency = paid.at(-1)?.currency ?? 'USD';
  const lastForeign = paid.findLast((row) => row.currency !== currency);
  const comparableFrom = lastForeign === undefined ? firstDay : dayOf(lastForeign.date) + 1;
  if (lastForeign !== undefined) {
    notes.push(
      `The currency changed from ${lastForeign.currency} to ${currency} after ${lastForeign.date}: what was before it is left out.`,
    );
  }
  const reportedDays = new Set(inside.map(({ date }) => dayOf(date)).filter((day) => day >= comparableFrom));
  const series = new Map<string, Float64Array>();
  for (const { date, keys, amount } of inside) {
    const day = dayOf(date);
    if (day < comparableFrom) continue;
    let amounts = series.get(groupName(keys));
    if (amounts === undefined) {
      amounts = Float64Array.from({ length: days }, (_, index) =>
        reportedDays.has(firstDay + index) ? 0 : Number.NaN,
      );
      series.set(groupName(keys), amounts);
    }
    amounts[day - firstDay] = (amounts[day - firstDay] ?? 0) + amount;
  }
  const unreported = Array.from({ length: days }, (_, index) => firstDay + index).filter(
    (day) => day >= comparableFrom && !reportedDays.has(day),
  );
  if (unreported.length > 0 && unreported.length < days) {
    const shown = unreported.slice(0, 3).map(isoDate).join(', ');
    const more = unreported.length > 3 ? ` and ${unreported.length - 3} more` : '';
    notes.push(
      `Cost Explorer reported nothing of ${unreported.length === 1 ? 'one day' : `${unreported.length} days`}: ${shown}${more}.`,
    );
  }
  return { firstDay, days, currency, series, notes };
}

/** Sums the series whose keys agree in what `by` takes from them. */
export function sumSeries(table: CostTable, by: (keys: readonly string[]) => string): Map<string, Float64Array> {
  const sums = new Map<string, Float64Array>();
  for (const [name, amounts] of table.series) {
    const key = by(name.split('\t'));
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? amounts.slice() : sum.map((one, index) => one + (amounts[index] ?? Number.NaN)));
  }
  return sums;
}
