import * as z from 'zod/mini';
import { parseSchedule } from '../schedule-expression.ts';

/** Not the present day: a policy that was deployed must not become wrong by itself at a later cold start. */
const beginning = new Date('2026-01-01T00:00:00Z');

/** A schedule that EventBridge takes and that fires at all: one of past years would be silent for ever. */
export const schedule = (example: string) =>
  z.string().check(
    z.regex(/^(cron|rate)\(.+\)$/, { error: `an EventBridge schedule such as '${example}'` }),
    z.refine((expression) => !/^(cron|rate)\(.+\)$/.test(expression) || firesAgain(expression), {
      error: `a schedule that EventBridge takes and that fires at all, such as '${example}'`,
    }),
  );

function firesAgain(expression: string): boolean {
  try {
    return parseSchedule(expression).next(beginning) !== undefined;
  } catch {
    return false;
  }
}

/** A day of the calendar: 31 February is none, and would never be a holiday. */
export const date = z.string().check(
  z.regex(/^\d{4}-\d{2}-\d{2}$/, { error: "a date such as '2026-12-25'" }),
  z.refine((text) => !/^\d{4}-\d{2}-\d{2}$/.test(text) || isDay(text), {
    error: "a day of the calendar, such as '2026-12-25'",
  }),
);

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** The form of every class that RDS has had: `db.t4g.micro`, `db.m6i.2xlarge`, `db.x2iedn.32xlarge`. */
export const instanceClass = z.string().check(
  z.regex(/^db\.[a-z]{1,2}\d{1,2}[a-z]{0,4}\.(micro|small|medium|large|([1-9]\d?)?xlarge)(\.tpc\d\.mem\d+x)?$/, {
    error: "an instance class such as 'db.r6g.large'",
  }),
);

/** No amount of this system is larger: one that is, is a slip of the hand, and would switch a limit off. */
const MOST_MONEY = 1_000_000_000;

export const amount = (text: string) => z.number().check(z.gte(0), z.lte(MOST_MONEY), z.describe(text));
/** A limit of nothing would stop everything, and a price of nothing would make every prediction nothing. */
export const positive = (text: string) => z.number().check(z.gt(0), z.lte(MOST_MONEY), z.describe(text));

export const describe = (text: string) => z.describe(text);
export const count = (minimum: number, maximum: number) => z.int().check(z.gte(minimum), z.lte(maximum));
export const matching = (pattern: RegExp, expected: string) => z.string().check(z.regex(pattern, { error: expected }));
export const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as 'us-east-1'");
