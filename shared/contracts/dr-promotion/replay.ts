import * as z from 'zod/mini';

/** How far a replica has replayed the log of its primary. LSNs as PostgreSQL writes them: `16/B374D848`. */
export const Replay = z.strictObject({
  lsn: z.string(),
  /** Null when nothing was streamed since the replica began. */
  receivedLsn: z.nullable(z.string()),
  /** Of the newest transaction that was replayed; null when there was none since the replica began. */
  lastCommitAt: z.nullable(z.string()),
  at: z.string(),
  /** Which transactions it has: `xmin:xmax:xip,xip` of pg_snapshot. */
  snapshot: z.optional(z.string()),
});
export type Replay = z.infer<typeof Replay>;
