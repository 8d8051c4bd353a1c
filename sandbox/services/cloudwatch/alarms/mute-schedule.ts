import type { AwsError } from '../../../wire/aws-error.ts';

/** When a rule mutes, in milliseconds since 1970. */
export type MuteWindow = { readonly from: number; readonly to: number };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const longest = 15 * DAY;

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export type MuteSchedule = { readonly expression: string; readonly duration: string; readonly timeZone: string };

/**
 * `cron(minutes hours day-of-month month day-of-week)`, five fields with `*`, `-` and `,` only, or `at(yyyy-MM-ddThh:mm)`; the clock on the
 * wall of the zone decides. Not the expressions of EventBridge, which have six fields, `?` and `/`.
 */
export function parseMuteSchedule(
  { expression, duration, timeZone }: MuteSchedule,
  invalid: (why: string) => AwsError,
): (at: number) => MuteWindow | undefined {
  const length = durationOf(duration);
  if (length === undefined || length < MINUTE || length > longest) {
    throw invalid(`Duration is '${duration}', must be from PT1M to P15D`);
  }
  const wall = wallClock(timeZone, invalid);
  const begins = beginsOf(expression, invalid);
  return (at) => {
    const present = Math.floor(at / MINUTE) * MINUTE;
    for (let from = present; from > at - length; from -= MINUTE) {
      if (begins(wall(from))) return { from, to: from + length };
    }
    return undefined;
  };
}

/** ISO 8601: `PT2H`, `P1DT30M`. */
function durationOf(text: string): number | undefined {
  const found = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text);
  if (found === null) return undefined;
  const [, day = '0', hour = '0', minute = '0'] = found;
  return Number(day) * DAY + (Number(hour) * 60 + Number(minute)) * MINUTE;
}

/** Minute, hour, day of the month, month, day of the week; and the same as text. */
type Wall = { readonly fields: readonly number[]; readonly text: string };

function wallClock(timeZone: string, invalid: (why: string) => AwsError): (at: number) => Wall {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit' },
    });
  } catch {
    throw invalid(`Timezone is '${timeZone}', must be one of IANA`);
  }
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const { year = '', month = '', day = '', hour = '', minute = '' } = parts;
    const weekday = new Date(`${year}-${month}-${day}T00:00Z`).getUTCDay();
    return {
      fields: [Number(minute), Number(hour), Number(day), Number(month), weekday],
      text: `${year}-${month}-${day}T${hour}:${minute}`,
    };
  };
}

function beginsOf(expression: string, invalid: (why: string) => AwsError): (wall: Wall) => boolean {
  const [, once] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)$/.exec(expression) ?? [];
  if (once !== undefined) return ({ text }) => text === once;
  const [, text] = /^cron\((.*)\)$/.exec(expression) ?? [];
  const fields = text?.trim().split(/\s+/) ?? [];
  if (fields.length !== 5) throw invalid(`Expression is '${expression}', must be at(…) or cron of five fields`);
  const bounds = [
    ...[
      { from: 0, to: 59 },
      { from: 0, to: 23 },
      { from: 1, to: 31 },
      { from: 1, to: 12, names: months },
    ],
    { from: 0, to: 6, names: days },
  ];
  const wanted = bounds.map((bound, index) => valuesOf(fields[index] ?? '', bound, invalid));
  const [, , onDays = '', , onWeekdays = ''] = fields;
  // Which of the two counts when both are given is not said: then neither is guessed.
  if (onDays !== '*' && onWeekdays !== '*')
    throw invalid('the sandbox does not emulate a day of the month with a day of the week');
  return ({ fields: present }) => wanted.every((values, index) => values.has(present[index] ?? -1));
}

function valuesOf(
  field: string,
  { from, to, names = [] }: { readonly from: number; readonly to: number; readonly names?: readonly string[] },
  invalid: (why: string) => AwsError,
): ReadonlySet<number> {
  const number = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    const value = named === -1 ? Number(text) : named + from;
    if (!/^\w+$/.test(text) || !Number.isInteger(value) || value < from || value > to) {
      throw invalid(`'${field}' of its Expression is not understood`);
    }
    return value;
  };
  const values = field.split(',').flatMap((part) => {
    const [first = '', last = first] = part === '*' ? [String(from), String(to)] : part.split('-');
    const [low, high] = [number(first), number(last)];
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => low + index);
  });
  return new Set(values);
}
