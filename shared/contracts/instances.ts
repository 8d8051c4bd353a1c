import * as z from 'zod/mini';

/** Restores a snapshot into a throw-away copy of the source. */
export const StartRestoreInput = z.strictObject({
  executionName: z.string(),
  database: z.string(),
  snapshotId: z.string(),
  attempt: z.int(),
});
export const StartRestoreOutput = z.strictObject({ instanceId: z.string(), expiresAt: z.string() });

export const CheckRestoreInput = z.strictObject({ instanceId: z.string() });
export const CheckRestoreOutput = z.strictObject({ ready: z.boolean(), status: z.string() });
