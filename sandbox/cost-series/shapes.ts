import type { Draw } from './random.ts';

/** Parts of which a generated bill is made. A day is its number since 1970-01-01. */

const DAY = 86_400_000;
export const dateOf = (day: number): Date => new Date(day * DAY);
const weekday = (day: number): number => dateOf(day).getUTCDay();
const isBusinessDay = (day: number): boolean => weekday(day) % 6 !== 0;

/** What a week looks like, and how it slowly becomes another one in a quarter of the series. */
export function weeklyPattern(draw: Draw, days: number): (day: number, index: number) => number {
  const before = oneWeek(draw);
  if (!draw.chance(0.25)) return (day) => before[weekday(day)] ?? 1;
  const after = oneWeek(draw, 0.6);
  const start = draw.integer(0, days);
  const length = draw.integer(30, 70);
  return (day, index) => {
    const share = Math.min(1, Math.max(0, (index - start) / length));
    return (before[weekday(day)] ?? 1) * (1 - share) + (after[weekday(day)] ?? 1) * share;
  };
}

function oneWeek(draw: Draw, strength = 1): number[] {
  const kind = draw.of(['flat', 'office', 'office', 'leisure', 'uneven', 'batch']);
  const batchDay = draw.integer(0, 6);
  return Array.from({ length: 7 }, (_, day) => {
    const isWeekend = day % 6 === 0;
    switch (kind) {
      case 'office':
        return isWeekend ? 1 - strength * draw.between(0.2, 0.7) : 1;
      case 'leisure':
        return isWeekend ? 1 + strength * draw.between(0.1, 0.6) : 1;
      case 'uneven':
        return Math.exp(strength * 0.15 * draw.normal());
      case 'batch':
        return day === batchDay ? 1 + strength * draw.between(0.4, 1.5) : 1;
      default:
        return 1;
    }
  });
}

/** A factor for each day around 1: normal, peaked, heavy-tailed, skewed or with a memory. */
export function noise(draw: Draw): () => number {
  const size = draw.logBetween(0.02, 0.1);
  const kind = draw.of(['normal', 'laplace', 'student', 'lognormal', 'memory']);
  let last = 0;
  return () => {
    switch (kind) {
      case 'laplace': {
        const side = draw.chance(0.5) ? 1 : -1;
        return Math.max(0, 1 + side * (size / Math.SQRT2) * -Math.log(1 - draw.unit()));
      }
      case 'student': {
        // Four degrees of freedom, brought to the wanted standard deviation.
        const spread = Math.sqrt(
          (draw.normal() ** 2 + draw.normal() ** 2 + draw.normal() ** 2 + draw.normal() ** 2) / 4,
        );
        return Math.max(0.1, 1 + (size / Math.SQRT2) * (draw.normal() / spread));
      }
      case 'lognormal':
        return Math.exp(size * draw.normal());
      case 'memory':
        last = 0.6 * last + 0.8 * draw.normal();
        return Math.max(0.1, 1 + size * last);
      default:
        return Math.max(0.1, 1 + size * draw.normal());
    }
  };
}

/** A bill that comes once a month or once a quarter; zero on other days. */
export function fee(draw: Draw, level: number): (day: number) => number {
  const kind = draw.of(['first', 'last', 'date', 'first business', 'last business', 'rolled', 'rolled', 'quarter']);
  const date = draw.integer(2, 27);
  const amount = level * draw.logBetween(0.4, 5);
  const isUneven = draw.chance(0.3);
  const risesOn = draw.chance(0.15) ? draw.integer(0, 500) : undefined;
  let first: number | undefined;
  return (day) => {
    first ??= day;
    if (!isFeeDay(kind, day, date)) return 0;
    const rise = risesOn !== undefined && day - first > risesOn ? 1.08 : 1;
    return amount * rise * (isUneven ? 1 + 0.05 * draw.normal() : 1);
  };
}

function isFeeDay(kind: string, day: number, date: number): boolean {
  const of = (one: number) => dateOf(one).getUTCDate();
  switch (kind) {
    case 'first':
      return of(day) === 1;
    case 'last':
      return of(day + 1) === 1;
    case 'date':
      return of(day) === date;
    case 'first business':
      return isBusinessDay(day) && of(day) <= 3 && (of(day) === 1 || !businessDayBefore(day));
    case 'last business':
      return isBusinessDay(day) && !businessDayAfter(day);
    case 'rolled':
      // Due on a date, booked on the next business day.
      return (
        isBusinessDay(day) &&
        (of(day) === date || (weekday(day) === 1 && [1, 2].some((back) => of(day - back) === date)))
      );
    default:
      return of(day) === 1 && dateOf(day).getUTCMonth() % 3 === 0;
  }
}

function businessDayBefore(day: number): boolean {
  const month = dateOf(day).getUTCMonth();
  for (let one = day - 1; dateOf(one).getUTCMonth() === month; one -= 1) if (isBusinessDay(one)) return true;
  return false;
}

function businessDayAfter(day: number): boolean {
  const month = dateOf(day).getUTCMonth();
  for (let one = day + 1; dateOf(one).getUTCMonth() === month; one += 1) if (isBusinessDay(one)) return true;
  return false;
}
