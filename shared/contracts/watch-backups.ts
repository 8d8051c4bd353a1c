import * as z from 'zod/mini';

export const PublishBackupHealthInput = z.strictObject({ executionName: z.string() });
export const PublishBackupHealthOutput = z.strictObject({ databases: z.int() });
