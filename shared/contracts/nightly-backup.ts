import * as z from 'zod/mini';
import { Verdict } from './backup-and-verify.ts';
import { Failure } from './common.ts';
import { ObjectDigest, Sha256 } from './stored-object.ts';

/** A database of the night, and the execution of backup-and-verify that is its own. */
export const PlannedBackup = z.strictObject({ database: z.string(), executionName: z.string() });
export type PlannedBackup = z.infer<typeof PlannedBackup>;

export const PlanFleetInput = z.strictObject({ executionName: z.string() });
/** The list itself is in the bucket: a stage may have any number of databases, a state holds 256 KiB. */
export const PlanFleetOutput = z.strictObject({
  plan: ObjectDigest,
  bucket: z.string(),
  databases: z.int(),
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
  /** Null when the night could not be planned. */
  plan: z.nullable(ObjectDigest),
  /** The manifest of the Map's results; null when it ended without. */
  resultsKey: z.nullable(z.string()),
  failure: z.nullable(Failure),
});
export const NightSeverity = z.enum(['P1', 'P2', 'P4']);
export type NightSeverity = z.infer<typeof NightSeverity>;

export const RecordFleetOutput = z.strictObject({
  isProven: z.boolean(),
  severity: NightSeverity,
  /** Names the first of those that are not proven. */
  summary: z.string(),
  recordKey: z.string(),
  /** Of the record, which names all; null when there is none. */
  recordSha256: z.nullable(Sha256),
  pageKey: z.string(),
});

/** What became of one database in a night. */
export const FleetEntry = z.strictObject({
  database: z.string(),
  executionName: z.string(),
  isProven: z.boolean(),
  /** Not restored, for its cost, and nothing else. */
  isHeld: z.boolean(),
  /** Not started, because another run of the database went on. */
  isRefused: z._default(z.boolean(), false),
  /** Null when there is no evidence. */
  verdict: z.nullable(Verdict),
  reason: z.string(),
  seconds: z.nullable(z.number()),
  evidenceKey: z.nullable(z.string()),
});
export type FleetEntry = z.infer<typeof FleetEntry>;

/** What a night backs up, in the bucket: the items of its Map. */
export const FleetPlan = z.array(PlannedBackup);

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

/** One night in the history of nights. */
export const NightLine = z.strictObject({
  schemaVersion: z.literal(1),
  startedAt: z.string(),
  isProven: z.boolean(),
  proven: z.int(),
  databases: z.int(),
  pageKey: z.string(),
});
export type NightLine = z.infer<typeof NightLine>;
