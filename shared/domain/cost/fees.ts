import { calendarDay, isBusinessDay, monthLength, monthStart, weekdayOf } from './days.ts';

/**
 * Learns bills that come once a month or once a quarter: by date, by distance from the month's end, by business day,
 * or on the next business day after a date. A day may exceed its expectation by what the same rule brought before.
 */

export type Fee = {
  /** What came the last time, above what was expected then. */
  readonly money: number;
  /** How far the times before were apart from one another. */
  readonly tolerance: number;
};

/** Gives the day of the rule in the month that is `months` before; undefined where there is none. */
type Rule = (day: number, months: number) => number | undefined;

const rules: readonly Rule[] = [
  // By date, rolled to Monday when it falls on a weekend. The day itself may be such a Monday.
  ...[0, 1, 2].map(
    (rolledBy): Rule =>
      (day, months) => {
        if (rolledBy > 0 && weekdayOf(day) !== 1) return undefined;
        if (calendarDay(day).date <= rolledBy) return undefined;
        const due = onDate(day, months, calendarDay(day).date - rolledBy);
        return due === undefined ? undefined : nextBusinessDay(due);
      },
  ),
  (day, months) => onDate(day, months, calendarDay(day).date),
  (day, months) => monthStart(day, -months + 1) - (monthStart(day, 1) - day),
  (day, months) => {
    const nth = businessDaysFrom(monthStart(day), day);
    return isBusinessDay(day) && nth <= 3 ? nthBusinessDay(monthStart(day, -months), nth, 1) : undefined;
  },
  (day, months) => {
    const nth = businessDaysFrom(day, monthStart(day, 1) - 1);
    return isBusinessDay(day) && nth <= 3 ? nthBusinessDay(monthStart(day, -months + 1) - 1, nth, -1) : undefined;
  },
];

/** How alike two amounts of one fee are: prices rise, use differs. */
const alike = 0.35;

/**
 * The fee that is due on a day. `excessOn` reports what a day brought above its expectation, NaN where it is not known,
 * and `isHigh` whether that is more than noise. Two times are asked for; one is enough only where history has no more.
 */
export function feeDue(
  day: number,
  firstKnownDay: number,
  excessOn: (day: number) => number,
  isHigh: (excess: number) => boolean,
): Fee | undefined {
  let best: Fee | undefined;
  for (const period of [1, 3]) {
    for (const rule of rules) {
      const past = [1, 2, 3].map((times) => rule(day, times * period)).filter((one) => one !== undefined);
      const known = past.filter((one) => one >= firstKnownDay).map(excessOn);
      const found = recurring(known, period, isHigh);
      if (found !== undefined && (best === undefined || found.money > best.money)) best = found;
    }
  }
  return best;
}

function recurring(
  newestFirst: readonly number[],
  period: number,
  isHigh: (excess: number) => boolean,
): Fee | undefined {
  const amounts = newestFirst.filter((amount) => !Number.isNaN(amount));
  const [last, before] = amounts;
  if (last === undefined || !isHigh(last)) return undefined;
  // One day of a whole quarter is no rule.
  if (before === undefined) return period === 1 ? { money: last, tolerance: 0.15 * last } : undefined;
  const apart = Math.abs(last - before);
  if (!isHigh(before) || apart > alike * Math.max(last, before)) return undefined;
  return { money: last, tolerance: Math.max(0.1 * last, apart) };
}

function onDate(day: number, months: number, date: number): number | undefined {
  const start = monthStart(day, -months);
  return date <= monthLength(start) ? start + date - 1 : undefined;
}

function nextBusinessDay(day: number): number {
  let one = day;
  while (!isBusinessDay(one)) one += 1;
  return one;
}

function businessDaysFrom(first: number, last: number): number {
  let count = 0;
  for (let day = first; day <= last && count <= 3; day += 1) if (isBusinessDay(day)) count += 1;
  return count;
}

function nthBusinessDay(from: number, nth: number, step: 1 | -1): number {
  let day = from;
  for (let left = nth; ; day += step) {
    if (isBusinessDay(day)) left -= 1;
    if (left === 0) return day;
  }
}
