import * as z from 'zod/mini';
import { Verdict } from './backup-and-verify.ts';
import { Failure } from './common.ts';

/** A database of the night, and the execution of backup-and-verify that is its own. */
export const PlannedBackup = z.strictObject({ database: z.string(), executionName: z.string() });
export type PlannedBackup = z.infer<typeof PlannedBackup>;

export const PlanFleetInput = z.strictObject({ executionName: z.string() });
export const PlanFleetOutput = z.strictObject({
  databases: z.array(PlannedBackup),
  /** So many databases are backed up at a time. */
  concurrency: z.int(),
});

/** How an execution ended; the error and cause are the beginning of what Step Functions reports. */
export const BackupRun = z.strictObject({
  database: z.string(),
  status: z.enum(['SUCCEEDED', 'FAILED']),
  error: z.nullable(z.string()),
  cause: z.nullable(z.string()),
});
export type BackupRun = z.infer<typeof BackupRun>;

export const RecordFleetInput = z.strictObject({
  executionName: z.string(),
  executionArn: z.string(),
  startedAt: z.string(),
  databases: z.array(PlannedBackup),
  runs: z.array(BackupRun),
  failure: z.nullable(Failure),
});
export const NightSeverity = z.enum(['P1', 'P2', 'P4']);
export type NightSeverity = z.infer<typeof NightSeverity>;

export const RecordFleetOutput = z.strictObject({
  isProven: z.boolean(),
  severity: NightSeverity,
  summary: z.string(),
  recordKey: z.string(),
  pageKey: z.string(),
});

export const PublishFleetInput = z.strictObject({
  executionName: z.string(),
  executionArn: z.string(),
  isProven: z.boolean(),
  severity: NightSeverity,
  summary: z.string(),
  recordKey: z.string(),
  pageKey: z.string(),
});
export const PublishFleetOutput = z.strictObject({ messageId: z.string() });

/** What became of one database in a night. */
export const FleetEntry = z.strictObject({
  database: z.string(),
  executionName: z.string(),
  isProven: z.boolean(),
  /** Not restored, for its cost, and nothing else. */
  isHeld: z.boolean(),
  /** Null when there is no evidence. */
  verdict: z.nullable(Verdict),
  reason: z.string(),
  seconds: z.nullable(z.number()),
  evidenceKey: z.nullable(z.string()),
});
export type FleetEntry = z.infer<typeof FleetEntry>;

/** The evidence of one night, as it is stored. */
export const FleetRecord = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('nightly-backup'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  isProven: z.boolean(),
  summary: z.string(),
  databases: z.array(FleetEntry),
  failure: z.nullable(Failure),
});
export type FleetRecord = z.infer<typeof FleetRecord>;
