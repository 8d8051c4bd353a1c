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

/** What became of the plan. */
export const RetentionRecord = z.strictObject({
  workflow: z.literal('retention'),
  planKey: z.nullable(z.string()),
  deletions: z.array(Deletion),
  failure: z.nullable(Failure),
});
export type RetentionRecord = z.infer<typeof RetentionRecord>;
