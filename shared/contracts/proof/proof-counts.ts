import * as z from 'zod/mini';

/**
 * What was proven of how much. Rows are those of tables as SQL counts them. Of a table that was compared they are counted
 * in the copy, at the snapshot's instant; of one that could not be, in the source at S1, or estimated where nobody could
 * count them. Large objects are pages of 2 kB and no rows. What no backup holds (foreign and unlogged tables) is a table
 * without rows here. 64-bit numbers are decimal strings.
 */
export const ProofCounts = z.strictObject({
  tables: z.strictObject({ all: z.int(), proven: z.int() }),
  rows: z.strictObject({ all: z.string(), proven: z.string(), unproven: z.string() }),
  bytes: z.strictObject({ all: z.number(), unproven: z.number() }),
  largeObjectPages: z.strictObject({ all: z.string(), unproven: z.string() }),
});
export type ProofCounts = z.infer<typeof ProofCounts>;
