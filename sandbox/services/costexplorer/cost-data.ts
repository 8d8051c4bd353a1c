import type { Bill, BillLine } from '../../cost-series/bill.ts';

/** One number of a bill: what a line cost on a day. */
export type CostItem = { readonly day: number; readonly line: BillLine; readonly amount: number };

/** `use`: of Savings Plans in money, of reservations in hours. */
export type CoveredUse = { readonly percentage: number; readonly use: number };

/** What Cost Explorer knows; a test or a person at the sandbox sets it. Empty: an account that nothing was billed to. */
export type CostData = {
  bill: Bill;
  /** Day number of today: its bill and yesterday's are not complete, and later days do not exist. */
  today: number;
  currency: string;
  /** Days before this one were billed in another currency. */
  currencyChange: { readonly before: number; readonly currency: string } | undefined;
  /** Days of which nothing is reported. */
  lostDays: ReadonlySet<number>;
  /** Rows of one page of an answer. */
  pageSize: number;
  /** Share of use that Savings Plans and reservations cover, part by part of the period; none: there is no such use. */
  savingsPlansCoverage: readonly CoveredUse[];
  reservationCoverage: readonly CoveredUse[];
};

export const noCosts = (today: number): CostData => ({
  bill: { firstDay: today, lines: [], labels: [] },
  today,
  currency: 'USD',
  currencyChange: undefined,
  lostDays: new Set(),
  pageSize: 4000,
  savingsPlansCoverage: [],
  reservationCoverage: [],
});

/** The share of a day's bill that has come in: AWS books late. */
const settled = (daysAgo: number): number => (daysAgo <= 0 ? 0.25 : daysAgo === 1 ? 0.8 : 1);
export const isEstimated = ({ today }: CostData, day: number): boolean => today - day <= 1;

export function itemsOf(data: CostData, from: number, until: number): CostItem[] {
  const items: CostItem[] = [];
  const { bill, today, lostDays } = data;
  for (let day = Math.max(from, bill.firstDay); day < Math.min(until, today + 1); day += 1) {
    if (lostDays.has(day)) continue;
    for (const line of bill.lines) {
      const amount = (line.amounts[day - bill.firstDay] ?? 0) * settled(today - day);
      if (amount !== 0) items.push({ day, line, amount });
    }
  }
  return items;
}

export const currencyOn = ({ currency, currencyChange }: CostData, day: number): string =>
  currencyChange !== undefined && day < currencyChange.before ? currencyChange.currency : currency;

/** What AWS Budgets compares with its limits. */
export type MonthBill = {
  /** `2026-05`, in UTC. */
  readonly month: string;
  readonly actual: number;
  /** At the month's end; undefined while there is too little history, as AWS has it. */
  readonly forecast: number | undefined;
};

/** AWS forecasts from about five weeks of history on; these are the weeks that are averaged here. */
const forecastDays = 35;

export function monthBill(data: CostData): MonthBill {
  const { today, bill } = data;
  const date = new Date(today * 86_400_000);
  const firstDay = today - date.getUTCDate() + 1;
  const nextMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 86_400_000;
  const sum = (from: number, until: number, wanted: (day: number) => boolean = () => true) =>
    itemsOf(data, from, until).reduce((total, { day, amount }) => total + (wanted(day) ? amount : 0), 0);
  // The last two days are not whole yet: they are forecast with the days to come.
  const whole = today - 1;
  const ahead = Array.from({ length: nextMonth - Math.max(firstDay, whole) }, (_, at) => nextMonth - 1 - at);
  const expected = (day: number) =>
    sum(whole - forecastDays, whole, (other) => (day - other) % 7 === 0) / (forecastDays / 7);
  return {
    month: date.toISOString().slice(0, 7),
    actual: sum(firstDay, today + 1),
    forecast:
      whole - bill.firstDay < forecastDays
        ? undefined
        : ahead.reduce((total, day) => total + expected(day), sum(firstDay, whole)),
  };
}
