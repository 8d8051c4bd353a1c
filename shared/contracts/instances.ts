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

/** Deletes a throw-away copy; a copy that is gone or was never made is a success. */
export const DeleteCopyInput = z.strictObject({
  /** Of the execution that made the copy. */
  executionName: z.string(),
  database: z.string(),
  attempt: z.int(),
  /** Where the copy is; null where the function runs. */
  region: z.nullable(z.string()),
});
export const DeleteCopyOutput = z.strictObject({ instanceId: z.string(), deleting: z.boolean() });

export const CheckDeletedInput = z.strictObject({ instanceId: z.string(), region: z.nullable(z.string()) });
export const CheckDeletedOutput = z.strictObject({ deleted: z.boolean(), status: z.string() });
