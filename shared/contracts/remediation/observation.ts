import * as z from 'zod/mini';
import { RemedyName } from './remediation.ts';

/** What one remedy did, or would have done, in the days of a report. */
export const RemedyObservation = z.strictObject({
  remedy: RemedyName,
  /** Alarms that rang and to which it belongs. */
  alarms: z.int(),
  /** Of these: it would have acted, or has. */
  wouldAct: z.int(),
  acted: z.int(),
  worked: z.int(),
  /** Of these: when it looked, the cause had ended by itself. */
  goneBefore: z.int(),
  /** Of those that it only observed: the alarm ended without it, after so many seconds in the middle and at the longest. */
  endedByItself: z.strictObject({ count: z.int(), median: z.nullable(z.number()), longest: z.nullable(z.number()) }),
  /** Why it would not have acted, the most frequent first. */
  refusals: z.array(z.strictObject({ reason: z.string(), count: z.int() })),
});
export type RemedyObservation = z.infer<typeof RemedyObservation>;

export const ObservationReport = z.strictObject({
  schemaVersion: z.literal(1),
  stage: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Days on which anything was recorded: a report of few days says little. */
  days: z.int(),
  records: z.int(),
  remedies: z.array(RemedyObservation),
});
export type ObservationReport = z.infer<typeof ObservationReport>;
