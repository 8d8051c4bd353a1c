import * as z from 'zod/mini';
import { amount, count, describe, positive, schedule } from './checked-values.ts';

/** What is read of statements and server logs each day, how long logs are kept, and what that costs. */
export const Logs = z.prefault(
  z.strictObject({
    slowQueries: z.prefault(
      z.strictObject({
        schedule: z
          ._default(schedule('cron(0 11 * * ? *)'), 'cron(0 11 * * ? *)')
          .check(describe('Daily, at the same hour: each report is of what came since the last.')),
        factor: z
          ._default(z.number().check(z.gt(1), z.lte(100)), 2)
          .check(describe('A statement has slowed when a call takes so many times as long as the day before.')),
        leastCalls: z._default(count(1, 1_000_000), 10).check(describe('Fewer calls on either day say nothing.')),
        leastSeconds: z._default(positive('Less time in all, on the day itself, says nothing.'), 10),
        most: z._default(count(1, 50), 10).check(describe('Statements of each kind that are shown, with their texts.')),
      }),
      {},
    ),
    serverLogMegabytes: z
      ._default(count(1, 1000), 64)
      .check(describe("Of each instance's log, what one day's report reads at most; what is left is named.")),
    hotDays: z._default(z.literal(30), 30).check(describe('CloudWatch Logs; one of the numbers that it knows.')),
    cold: z.prefault(
      z.strictObject({
        glacierAfterDays: z._default(count(30, 365), 30).check(describe('To S3 Glacier Instant Retrieval.')),
        expireAfterDays: z._default(count(120, 3653), 366).check(describe('Glacier bills 90 days at least.')),
      }),
      {},
    ),
    expectedGigabytes: z.prefault(
      z.strictObject({
        own: z._default(amount('Logs of our functions and machines in a month.'), 2),
        server: z._default(amount("Of one instance's PostgreSQL log in a month, where it is exported."), 5),
      }),
      {},
    ),
    prices: z.prefault(
      z.strictObject({
        ingestedGb: z._default(amount('CloudWatch Logs, of one GB.'), 0.5),
        storedGbMonth: z._default(amount('CloudWatch Logs keeps it compressed.'), 0.03),
        deliveredGb: z._default(amount('Firehose, with what its records are rounded up to.'), 0.029),
        maskedGb: z._default(amount('The function that masks what goes cold.'), 0.02),
        standardGbMonth: z._default(amount('S3.'), 0.023),
        glacierGbMonth: z._default(amount('S3 Glacier Instant Retrieval.'), 0.004),
      }),
      {},
    ),
  }),
  {},
);

/** Of a stage: what costs is asked for. */
export const StageLogs = z._default(
  z.strictObject({
    cold: z
      ._default(z.boolean(), false)
      .check(describe('Keeps logs for a year in S3, by Firehose, masked. See docs/runbooks/slow-query-report.md.')),
    postgresql: z
      ._default(z.boolean(), false)
      .check(
        describe(
          "PostgreSQL's exported logs go there, too: each instance must export 'postgresql' before the stage is deployed.",
        ),
      ),
  }),
  { cold: false, postgresql: false },
);
