import * as z from 'zod/mini';
import { count, describe, schedule } from './checked-values.ts';

export const BackupPlan = z.strictObject({
  schedule: schedule('cron(0 7 * * ? *)'),
  fleet: z.strictObject({
    concurrency: count(1, 40).check(describe('So many databases are backed up at a time; each needs a copy.')),
  }),
  bracket: z.strictObject({
    marginSeconds: count(1, 300).check(describe("How long after the snapshot's creation time S2 is taken.")),
    longerMarginSeconds: count(1, 600).check(
      describe('The same for the second attempt after an unbracketed snapshot.'),
    ),
    deadlineSeconds: count(60, 86_400).check(
      describe('S1 is given up after this, over all calls of takeWitness; it holds back vacuum meanwhile.'),
    ),
    connections: count(1, 16).check(describe('Connections that read the source.')),
  }),
  copy: z.strictObject({
    expiresAfterHours: count(1, 48).check(
      describe('When a throw-away copy counts as left over; its tag pg-gameday:expires-at reports.'),
    ),
    connections: count(1, 32).check(describe('Connections that read the copy.')),
  }),
  retention: z.strictObject({
    dailyDays: count(2, 35).check(describe('Every backup is kept so long.')),
    monthlyDays: count(31, 3660).check(describe('The last verified backup of each month is kept so long.')),
    mostDeletions: count(1, 1000).check(
      describe('One run of retention deletes at most so many snapshots of a region.'),
    ),
  }),
  limits: z.strictObject({
    unverifiableRowShare: z
      .number()
      .check(z.gte(0), z.lte(0.5), describe("Share of all rows that may be unverifiable in a 'bounded' verdict.")),
    unverifiableTables: count(0, 1000).check(
      describe("Tables that may be unverifiable as a whole in a 'bounded' verdict."),
    ),
  }),
});
