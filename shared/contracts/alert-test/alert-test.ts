import * as z from 'zod/mini';
import { Failure } from '../common.ts';

/** Who hears of a topic; `unconfirmed` names those who are to, and have not confirmed that they want to. */
export const TopicCount = z.strictObject({
  topic: z.string(),
  wanted: z.int(),
  confirmed: z.int(),
  unconfirmed: z.array(z.string()),
});
export type TopicCount = z.infer<typeof TopicCount>;

/** How far a test has come, as the incident of the test has it. */
export const TestAnswer = z.strictObject({
  incidentId: z.string(),
  /** When somebody was asked first; null while nobody was. */
  askedAt: z.nullable(z.string()),
  acknowledgedAt: z.nullable(z.string()),
  by: z.nullable(z.string()),
  way: z.nullable(z.string()),
  /** By address: what has taken the question, and what has not. */
  reached: z.array(z.string()),
  missed: z.array(z.string()),
});
export type TestAnswer = z.infer<typeof TestAnswer>;

const run = { executionName: z.string() };

export const RaiseTestAlarmInput = z.strictObject({ ...run });
export const RaiseTestAlarmOutput = z.strictObject({ raisedAt: z.string(), topics: z.array(TopicCount) });

export const CheckTestAnswerInput = z.strictObject({ ...run, raisedAt: z.string() });
export const CheckTestAnswerOutput = z.strictObject({
  /** Null while there is no incident of this test. */
  answer: z.nullable(TestAnswer),
  isAnswered: z.boolean(),
});

export const RecordAlertTestInput = z.strictObject({
  ...run,
  /** Null where it could not be raised. */
  raisedAt: z.nullable(z.string()),
  topics: z.array(TopicCount),
  answer: z.nullable(TestAnswer),
  failure: z.nullable(Failure),
});

export const AlertTestRecord = z.strictObject({
  schemaVersion: z.literal(1),
  executionName: z.string(),
  stage: z.string(),
  region: z.string(),
  raisedAt: z.nullable(z.string()),
  topics: z.array(TopicCount),
  answer: z.nullable(TestAnswer),
  failure: z.nullable(Failure),
  /** From the moment at which the metric was published to the answer; null without one. */
  seconds: z.nullable(z.number()),
  /** Why the test has failed; none when it has passed. */
  problems: z.array(z.string()),
  notes: z.array(z.string()),
});
export type AlertTestRecord = z.infer<typeof AlertTestRecord>;

export const RecordAlertTestOutput = z.strictObject({
  isPassed: z.boolean(),
  summary: z.string(),
  recordKey: z.string(),
});

/** What Amazon SNS gives the robot; members that nobody reads are not named. */
export const AnswerTestAlarmInput = z.object({
  Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })),
});
export const AnswerTestAlarmOutput = z.strictObject({ statuses: z.array(z.int()) });
