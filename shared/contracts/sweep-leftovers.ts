import * as z from 'zod/mini';
import { Failure } from './common.ts';

export const FoundLeftover = z.strictObject({
  instanceId: z.string(),
  kind: z.enum(['expired', 'suspect']),
  executionName: z.string(),
  reason: z.string(),
});

export const FindLeftoversInput = z.strictObject({ executionName: z.string() });
export const FindLeftoversOutput = z.strictObject({
  expired: z.array(FoundLeftover),
  suspects: z.array(FoundLeftover),
});

export const DeleteLeftoverInput = z.strictObject({ instanceId: z.string() });
export const DeleteLeftoverOutput = z.strictObject({
  instanceId: z.string(),
  deleting: z.boolean(),
  reason: z.string(),
});

/** What became of one left-over. */
export const Removal = z.strictObject({
  instanceId: z.string(),
  deleting: z.boolean(),
  reason: z.string(),
  error: z.nullable(z.string()),
});

/** What the sweep found, and what became of it. */
export const SweepRecord = z.strictObject({
  workflow: z.literal('sweep-leftovers'),
  removals: z.array(Removal),
  suspects: z.array(FoundLeftover),
  failure: z.nullable(Failure),
});
export type SweepRecord = z.infer<typeof SweepRecord>;
