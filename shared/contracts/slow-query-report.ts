import * as z from 'zod/mini';
import { ExecutionName, Failure, Severity } from './common.ts';

/** What an entry of a server's log is about, in the order in which they are tried. */
export const LogKind = z.enum([
  'damage',
  'deadlock',
  'vacuum',
  'resources',
  'connection',
  'timeout',
  'other error',
  'slow statement',
]);
export type LogKind = z.infer<typeof LogKind>;

/** Why something is not in a report, or only in part. */
export const ReportGap = z.strictObject({ subject: z.string(), reason: z.string(), remedy: z.nullable(z.string()) });
export type ReportGap = z.infer<typeof ReportGap>;

const Day = z.strictObject({ calls: z.number(), milliseconds: z.number() });

/** A statement of a report. Its text is masked; null when it could not be read. */
export const ReportedStatement = z.strictObject({
  queryId: z.string(),
  text: z.nullable(z.string()),
  day: Day,
  before: z.nullable(Day),
  /** Times that a call takes as long as the day before, and as the day four weeks before. */
  change: z.nullable(z.number()),
  monthChange: z.nullable(z.number()),
});
export type ReportedStatement = z.infer<typeof ReportedStatement>;

export const EvictedStatement = z.strictObject({
  queryId: z.string(),
  /** Of an earlier report; null when it was in none. */
  text: z.nullable(z.string()),
  calls: z.number(),
  milliseconds: z.number(),
});

/** What a day's statements came to; null in `begin` when no day could be counted yet. Moments are ISO 8601 in UTC. */
export const StatementFindings = z.strictObject({
  database: z.string(),
  begin: z.nullable(z.string()),
  end: z.string(),
  isReset: z.boolean(),
  top: z.array(ReportedStatement),
  slowed: z.array(ReportedStatement),
  evictions: z.number(),
  evicted: z.array(EvictedStatement),
  evictedInAll: z.number(),
  unexplained: z.nullable(z.number()),
  gaps: z.array(ReportGap),
});
export type StatementFindings = z.infer<typeof StatementFindings>;

export const LogFindings = z.strictObject({
  instanceId: z.string(),
  from: z.string(),
  to: z.string(),
  bytes: z.number(),
  kinds: z.array(
    z.strictObject({
      kind: LogKind,
      count: z.number(),
      last: z.string(),
      messages: z.array(z.strictObject({ text: z.string(), count: z.number() })),
    }),
  ),
  gaps: z.array(ReportGap),
});
export type LogFindings = z.infer<typeof LogFindings>;

const ofExecution = { executionName: ExecutionName, startedAt: z.string() };

export const ReadStatementsInput = z.strictObject(ofExecution);
/** Where the findings are, by database. */
export const ReadStatementsOutput = z.strictObject({
  databases: z.array(z.strictObject({ database: z.string(), key: z.string() })),
});
export type ReadStatementsOutput = z.infer<typeof ReadStatementsOutput>;

export const ReadServerLogsInput = z.strictObject(ofExecution);
export const ReadServerLogsOutput = z.strictObject({
  instances: z.array(z.strictObject({ instanceId: z.string(), key: z.string() })),
});
export type ReadServerLogsOutput = z.infer<typeof ReadServerLogsOutput>;

/** Of a part that failed there is no key, and why stands in the failure of its state. */
export const RecordSlowQueriesInput = z.strictObject({
  ...ofExecution,
  statements: z.nullable(ReadStatementsOutput),
  logs: z.nullable(ReadServerLogsOutput),
  failures: z.array(Failure),
});
export const RecordSlowQueriesOutput = z.strictObject({
  isComplete: z.boolean(),
  severity: Severity,
  subject: z.string(),
  text: z.string(),
  evidenceKey: z.string(),
  reportKey: z.string(),
});
export type RecordSlowQueriesOutput = z.infer<typeof RecordSlowQueriesOutput>;

/** What is stored of a report; its page is drawn of it. */
export const SlowQueryEvidence = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('slow-query-report'),
  execution: z.strictObject({ name: z.string(), startedAt: z.string() }),
  stage: z.string(),
  databases: z.array(StatementFindings),
  instances: z.array(LogFindings),
  failures: z.array(Failure),
});
export type SlowQueryEvidence = z.infer<typeof SlowQueryEvidence>;
