import * as z from 'zod/mini';
import { Blame, ChainPlace, Verdict } from './backup-and-verify.ts';
import { ExecutionName, Failure, Severity } from './common.ts';
import { RecordDrillOutput } from './dr-drill/dr-drill.ts';
import { RecordFailbackOutput } from './dr-failback/dr-failback.ts';
import { RecordPromotionOutput } from './dr-promotion/dr-promotion.ts';
import { NightSeverity } from './nightly-backup.ts';
import { OfficeHoursRecord } from './office-hours.ts';
import { RecordRemedyOutput } from './remediation/remediation.ts';
import { RecordRestoreOutput } from './restore/restore.ts';
import { RecordRestoreTestOutput } from './restore-test.ts';
import { RetentionRecord } from './retention.ts';
import { RecordSlowQueriesOutput } from './slow-query-report.ts';
import { Sha256 } from './stored-object.ts';
import { SweepRecord } from './sweep-leftovers.ts';

export const BackupOutcome = z.strictObject({
  workflow: z.literal('backup-and-verify'),
  database: z.nullable(z.string()),
  verdict: Verdict,
  summary: z.string(),
  blame: z.nullable(Blame),
  evidenceKey: z.string(),
  reportKey: z.string(),
  chain: z.nullable(ChainPlace),
  /** Why the second region lacks what was proven in the first. */
  copyFailure: z.nullable(Failure),
  /** The snapshot was not restored, because that would have cost too much. */
  isCapped: z.boolean(),
  /** Another run of the same database goes on: nothing was looked at, and nothing is wrong. */
  isRefused: z.boolean(),
  warnings: z.int(),
});
export type BackupOutcome = z.infer<typeof BackupOutcome>;

export const NightOutcome = z.strictObject({
  workflow: z.literal('nightly-backup'),
  isProven: z.boolean(),
  severity: NightSeverity,
  summary: z.string(),
  recordKey: z.string(),
  /** Of the record, which names every database; null when there is none. */
  recordSha256: z.nullable(Sha256),
  pageKey: z.string(),
});
export type NightOutcome = z.infer<typeof NightOutcome>;

export const CostOutcome = z.strictObject({
  workflow: z.literal('cost-report'),
  severity: Severity,
  subject: z.string(),
  text: z.string(),
  evidenceKey: z.string(),
  reportKey: z.string(),
});
export type CostOutcome = z.infer<typeof CostOutcome>;

export const RestoreTestOutcome = z.extend(RecordRestoreTestOutput, { workflow: z.literal('restore-test') });
export type RestoreTestOutcome = z.infer<typeof RestoreTestOutcome>;

export const PromotionOutcome = z.extend(RecordPromotionOutput, { workflow: z.literal('dr-promotion') });
export type PromotionOutcome = z.infer<typeof PromotionOutcome>;
export const FailbackOutcome = z.extend(RecordFailbackOutput, { workflow: z.literal('dr-failback') });
export type FailbackOutcome = z.infer<typeof FailbackOutcome>;
export const DrillOutcome = z.extend(RecordDrillOutput, { workflow: z.literal('dr-drill') });
export type DrillOutcome = z.infer<typeof DrillOutcome>;
export const RestoreOutcome = z.extend(RecordRestoreOutput, { workflow: z.literal('restore') });
export type RestoreOutcome = z.infer<typeof RestoreOutcome>;
export const RemedyOutcomeReport = z.extend(RecordRemedyOutput, {
  workflow: z.literal('remediation'),
  severity: Severity,
});
export type RemedyOutcomeReport = z.infer<typeof RemedyOutcomeReport>;

export const SlowQueryOutcome = z.extend(RecordSlowQueriesOutput, { workflow: z.literal('slow-query-report') });
export type SlowQueryOutcome = z.infer<typeof SlowQueryOutcome>;

/** What an execution came to, for people. A workflow that reports has a variant here and its words in shared/notify/outcomes/. */
export const Outcome = z.discriminatedUnion('workflow', [
  BackupOutcome,
  NightOutcome,
  CostOutcome,
  RestoreTestOutcome,
  PromotionOutcome,
  FailbackOutcome,
  DrillOutcome,
  RemedyOutcomeReport,
  RestoreOutcome,
  SlowQueryOutcome,
]);
export type Outcome = z.infer<typeof Outcome>;

export const PublishOutcomeInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  outcome: Outcome,
});
export const PublishOutcomeOutput = z.strictObject({ messageId: z.string() });

/** What an execution leaves on record. A workflow that keeps one has a variant here and its words in its topic of the domain. */
export const WorkflowRecord = z.discriminatedUnion('workflow', [RetentionRecord, OfficeHoursRecord, SweepRecord]);
export type WorkflowRecord = z.infer<typeof WorkflowRecord>;

export const StoreRecordInput = z.strictObject({ executionName: ExecutionName, record: WorkflowRecord });
export const StoreRecordOutput = z.strictObject({
  summary: z.string(),
  recordKey: z.string(),
  /** Everything was done that was planned. */
  isComplete: z.boolean(),
});
