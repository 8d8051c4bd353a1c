import * as z from 'zod/mini';
import { ProveSnapshotInput } from './prove-snapshot.ts';

/** Restores into a throw-away copy. It is given the whole order of the proof: a wrong one restores nothing. */
export const StartRestoreInput = z.strictObject({ executionName: z.string(), order: ProveSnapshotInput });
export const StartRestoreOutput = z.strictObject({ instanceId: z.string(), expiresAt: z.string() });

export const CheckRestoreInput = z.strictObject({ instanceId: z.string() });
export const CheckRestoreOutput = z.strictObject({ ready: z.boolean(), status: z.string() });
