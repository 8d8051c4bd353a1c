import * as z from 'zod/mini';
import { Failure } from './common.ts';

export const PlannedDeletion = z.strictObject({
  region: z.string(),
  snapshotId: z.string(),
  database: z.string(),
  reason: z.string(),
});

export const PlanRetentionInput = z.strictObject({ executionName: z.string() });
export const PlanRetentionOutput = z.strictObject({
  /** The whole plan, kept and deleted, in the evidence bucket. */
  planKey: z.string(),
  deletions: z.array(PlannedDeletion),
});

export const DeleteSnapshotInput = PlannedDeletion;
export const DeleteSnapshotOutput = z.strictObject({
  region: z.string(),
  snapshotId: z.string(),
  deleted: z.boolean(),
  reason: z.string(),
});

/** What became of one planned deletion. */
export const Deletion = z.strictObject({
  region: z.string(),
  snapshotId: z.string(),
  deleted: z.boolean(),
  reason: z.string(),
  error: z.nullable(z.string()),
});

export const RecordRetentionInput = z.strictObject({
  executionName: z.string(),
  planKey: z.nullable(z.string()),
  deletions: z.array(Deletion),
  failure: z.nullable(Failure),
});
export const RecordRetentionOutput = z.strictObject({
  summary: z.string(),
  recordKey: z.string(),
  isComplete: z.boolean(),
});
