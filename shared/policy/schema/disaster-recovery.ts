import * as z from 'zod/mini';
import { count, describe } from './checked-values.ts';

/** How soon a database must be written to in the second region, and how much may be lost then. */
export const DisasterRecovery = z.prefault(
  z.strictObject({
    rtoMinutes: z
      ._default(count(1, 1440), 60)
      .check(describe('From the order of a promotion until a client has written to the promoted instance.')),
    rpoMinutes: z
      ._default(count(1, 1440), 15)
      .check(describe('What was committed on the primary so long before its end may be lost, and no more.')),
  }),
  {},
);

const statement = z.string().check(z.minLength(1), z.maxLength(2000));

/** Of a database: how a drill does what its application does. */
export const DrillPolicy = z.strictObject({
  everyDays: z.optional(
    count(1, 366).check(describe('A drill is due so long after the last one, of itself; absent: a person starts it.')),
  ),
  insert: statement.check(
    describe(
      'Writes one row as the application does, $1 in it, which is another text each time; on throw-away instances only, never on the source.',
    ),
  ),
  select: statement.check(describe('Reads that row back: $1 is its first column.')),
});
