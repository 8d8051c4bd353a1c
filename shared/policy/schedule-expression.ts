/** When a rule fires: `rate(5 minutes)` or `cron(0 4 ? * MON-FRI *)`, in UTC. */
export type Schedule = {
  /** The first time strictly after `from`; none when the years of a cron expression are over. */
  next(from: Date): Date | undefined;
};

export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d{1,10}) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) {
    if ((rate[3] === 's') === (Number(rate[1]) === 1)) {
      throw invalid(
        expression,
        "the unit is singular for 1 and plural for more, as 'rate(1 hour)' and 'rate(2 hours)'",
      );
    }
    const milliseconds =
      Number(rate[1]) * { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[rate[2] as 'minute' | 'hour' | 'day'];
    if (milliseconds === 0) {
      throw invalid(expression, 'a rate is at least 1');
    }
    return { next: (from) => new Date(from.getTime() + milliseconds) };
  }
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (cron !== null) {
    return parseCron(expression, (cron[1] ?? '').trim().split(/\s+/));
  }
  throw invalid(expression, 'a schedule is rate(…) or cron(…)');
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const LAST_YEAR = 2199;

type DayRule = (day: Date) => boolean;

function parseCron(expression: string, fields: readonly string[]): Schedule {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || minute === undefined || hour === undefined || dayOfMonth === undefined) {
    throw invalid(expression, `it has ${fields.length} fields, a cron expression has 6`);
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw invalid(expression, "exactly one of day-of-month and day-of-week is '?'");
  }
  const minutes = [...numbers(expression, minute, 0, 59)].sort((one, other) => one - other);
  const hours = [...numbers(expression, hour, 0, 23)].sort((one, other) => one - other);
  const months = numbers(expression, month ?? '', 1, 12, MONTHS);
  const years = numbers(expression, year ?? '', 1970, LAST_YEAR);
  const onDay = dayOfMonth === '?' ? weekdayRule(expression, dayOfWeek ?? '') : monthDayRule(expression, dayOfMonth);

  return {
    next(from) {
      const day = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()));
      while (day.getUTCFullYear() <= LAST_YEAR) {
        if (!years.has(day.getUTCFullYear())) {
          day.setUTCFullYear(day.getUTCFullYear() + 1, 0, 1);
          continue;
        }
        if (!months.has(day.getUTCMonth() + 1)) {
          day.setUTCMonth(day.getUTCMonth() + 1, 1);
          continue;
        }
        if (onDay(day)) {
          for (const atHour of hours) {
            for (const atMinute of minutes) {
              const time = new Date(day.getTime() + atHour * 3_600_000 + atMinute * 60_000);
              if (time > from) {
                return time;
              }
            }
          }
        }
        day.setUTCDate(day.getUTCDate() + 1);
      }
      return undefined;
    },
  };
}

function monthDayRule(expression: string, field: string): DayRule {
  if (field === 'L') {
    return (day) => day.getUTCDate() === lastDay(day);
  }
  const weekday = /^(\d+)W$/.exec(field);
  if (weekday !== null) {
    return (day) => day.getUTCDate() === nearestWeekday(day, Number(weekday[1]));
  }
  const days = numbers(expression, field, 1, 31);
  return (day) => days.has(day.getUTCDate());
}

function weekdayRule(expression: string, field: string): DayRule {
  const last = /^([1-7]|[A-Z]{3})?L$/.exec(field);
  if (last !== null) {
    const [wanted = 7] = last[1] === undefined ? [7] : numbers(expression, last[1], 1, 7, WEEKDAYS);
    return (day) => day.getUTCDay() + 1 === wanted && (last[1] === undefined || day.getUTCDate() > lastDay(day) - 7);
  }
  const nth = /^([1-7]|[A-Z]{3})#([1-5])$/.exec(field);
  if (nth !== null) {
    const [wanted] = numbers(expression, nth[1] ?? '', 1, 7, WEEKDAYS);
    return (day) => day.getUTCDay() + 1 === wanted && Math.ceil(day.getUTCDate() / 7) === Number(nth[2]);
  }
  const days = numbers(expression, field, 1, 7, WEEKDAYS);
  return (day) => days.has(day.getUTCDay() + 1);
}

/** `*`, `3`, `1,2`, `2-5`, `0/15`, `10-40/10`, and names where the field has them. */
function numbers(
  expression: string,
  field: string,
  low: number,
  high: number,
  names: readonly string[] = [],
): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) {
      throw invalid(expression, `'${field}' is no field of it`);
    }
    const [, first = '', last, step] = match;
    const from = first === '*' ? low : numberOf(first, names);
    const until = last === undefined ? (first === '*' || step !== undefined ? high : from) : numberOf(last, names);
    const by = Number(step ?? 1);
    if (!(from >= low && until <= high && by >= 1 && from <= until)) {
      throw invalid(expression, `'${part}' is not within ${low} to ${high}`);
    }
    for (let value = from; value <= until; value += by) {
      values.add(value);
    }
  }
  return values;
}

function numberOf(text: string, names: readonly string[]): number {
  const index = names.indexOf(text.toUpperCase());
  return index < 0 ? Number(text) : index + 1;
}

function lastDay(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The weekday nearest to a day of the month, within the month. */
function nearestWeekday(day: Date, wanted: number): number {
  const last = lastDay(day);
  const target = Math.min(wanted, last);
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), target)).getUTCDay();
  if (weekday === 6) {
    return target === 1 ? 3 : target - 1;
  }
  if (weekday === 0) {
    return target === last ? target - 2 : target + 1;
  }
  return target;
}

function invalid(expression: string, reason: string): Error {
  return new Error(`schedule '${expression}' is not valid: ${reason}`);
}
