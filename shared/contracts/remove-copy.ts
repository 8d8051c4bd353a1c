import * as z from 'zod/mini';

/** The input of an execution of remove-copy: which copy, by what its name is computed from. */
export const RemoveCopyInput = z.strictObject({
  /** Of the execution that made the copy. */
  executionName: z.string().check(z.minLength(1)),
  database: z.string().check(z.minLength(1)),
  attempt: z.int(),
  /** Where the copy is; null where the machine runs. */
  region: z.nullable(z.string()),
});
export type RemoveCopyInput = z.infer<typeof RemoveCopyInput>;

/** The output of an execution that has ended well: the copy is gone, or never was. Every other one fails. */
export const RemoveCopyOutput = z.strictObject({ instanceId: z.string() });

/** Deletes a throw-away copy; a copy that is gone or was never made is a success. It is given the whole order. */
export const DeleteCopyInput = z.strictObject({ order: RemoveCopyInput });
export const DeleteCopyOutput = z.strictObject({ instanceId: z.string(), deleting: z.boolean() });

export const CheckDeletedInput = z.strictObject({ instanceId: z.string(), region: z.nullable(z.string()) });
export const CheckDeletedOutput = z.strictObject({ deleted: z.boolean(), status: z.string() });
