import * as z from 'zod/mini';
import { count, describe, schedule } from './checked-values.ts';

const minutes = z.optional(count(1, 10_080));

/** Of the ways back: how often each is tried, and how soon a database must be usable again. */
export const RestoreTest = z.strictObject({
  schedule: schedule('cron(0 15 * * ? *)').check(
    describe('Each time, the one database is tested whose test is due longest; when none is due, nothing happens.'),
  ),
  intervalDays: count(1, 366).check(describe('A database is due again so long after its last test.')),
  graceDays: count(0, 90).check(describe('So long after that, a path that was not proven again is stale.')),
  copiesAtOnce: count(1, 8).check(describe('Paths that are tried side by side; each needs a copy.')),
  targetMinutes: z
    .strictObject({
      snapshot: minutes,
      'other-region': minutes,
      'point-in-time': minutes,
      'other-region-point-in-time': minutes,
    })
    .check(
      describe(
        'From the request of a restore until applications could use the copy. A path without one may vanish unnoticed.',
      ),
    ),
});
