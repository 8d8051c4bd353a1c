import type { GeneratedSeries, Label } from '../sandbox/cost-series/generate.ts';
import { type Anomaly, analyseSeries } from '../shared/domain/cost/anomaly.ts';
import type { DetectorLimits } from '../shared/domain/cost/detector-limits.ts';

/** An event of any method: days, both included. */
export type Event = { readonly first: number; readonly last: number; readonly kind: string };
export type Method = { readonly name: string; detect(series: GeneratedSeries, from: number): readonly Event[] };

export const limits: DetectorLimits = {
  minimumHistoryDays: 28,
  minimumMoney: 10,
  minimumShare: 0.2,
  sigmas: 5,
  minimumMissingMoney: 2,
};

export const toArray = (amounts: readonly (number | null)[]) =>
  Float64Array.from(amounts, (amount) => amount ?? Number.NaN);

export const ours: Method = {
  name: 'pg-gameday',
  detect: ({ amounts, firstDay }, from): readonly Anomaly[] =>
    analyseSeries(toArray(amounts), firstDay, from, limits).anomalies,
};

/** As it is widely used, with the same minimum of money: no peer is made to call for cents. */
const dayOverDay: Method = {
  name: 'day over day +50 %',
  detect: ({ amounts }, from) =>
    daysWhere(amounts, from, (amount, index) => {
      const before = amounts[index - 1] ?? Number.NaN;
      return amount > 1.5 * before && amount - before > limits.minimumMoney;
    }),
};

const meanAndSigma: Method = {
  name: 'mean + 3 sigma, 28 d',
  detect: ({ amounts }, from) =>
    daysWhere(amounts, from, (amount, index) => {
      const window = amounts.slice(Math.max(0, index - 28), index).filter((one) => one !== null);
      const mean = window.reduce((sum, one) => sum + one, 0) / window.length;
      const variance = window.reduce((sum, one) => sum + (one - mean) ** 2, 0) / window.length;
      return window.length >= 28 && amount > mean + 3 * Math.sqrt(variance) && amount - mean > limits.minimumMoney;
    }),
};

export const methods: readonly Method[] = [dayOverDay, meanAndSigma, ours];

function daysWhere(
  amounts: readonly (number | null)[],
  from: number,
  isOff: (amount: number, index: number) => boolean,
): Event[] {
  const events: Event[] = [];
  for (let index = from; index < amounts.length; index += 1) {
    const amount = amounts[index] ?? null;
    if (amount === null || !isOff(amount, index)) continue;
    const open = events.at(-1);
    if (open !== undefined && open.last === index - 1) events[events.length - 1] = { ...open, last: index };
    else events.push({ first: index, last: index, kind: 'increase' });
  }
  return events;
}

/** When an anomaly has to be reported to count as found: what lasts may take a week, a drift as long as it lasts. */
export function isFound(label: Label, events: readonly Event[]): boolean {
  const end = label.kind === 'shift' ? Math.min(label.end, label.start + 6) : label.end;
  return events.some(
    ({ first, last, kind }) =>
      last >= label.start && first <= end && (label.kind !== 'disappearance' || kind === 'missing'),
  );
}

/** An event on no day of any label. The day after a spike is forgiven: AWS books late. */
export const isFalse = (event: Event, labels: readonly Label[]): boolean =>
  !labels.some(({ start, end }) => event.last >= start && event.first <= end + 1);
