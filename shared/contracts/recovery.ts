import * as z from 'zod/mini';
import { Blame, Verdict } from './backup-and-verify.ts';
import { NotTriedKind, RestorePath, RestoreTimes } from './restore-test.ts';

/** One trial of a path, as far as a page shows it. */
export const PathTrial = z.strictObject({
  startedAt: z.string(),
  verdict: Verdict,
  summary: z.string(),
  blame: z.nullable(Blame),
  region: z.string(),
  restored: z.string(),
  times: RestoreTimes,
  targetSeconds: z.nullable(z.number()),
  isInTime: z.nullable(z.boolean()),
  rpoSeconds: z.number(),
  /** Size of the source, as the newest backup before the trial had it. */
  sourceBytes: z.number(),
  evidenceKey: z.string(),
});
export type PathTrial = z.infer<typeof PathTrial>;

/** How long the next restore of a path will take until the copy is usable, by the size that the database will have. */
export const RestorePrediction = z.strictObject({
  bytes: z.number(),
  seconds: z.number(),
  /** Of 20 restores, 19 are expected between the two. */
  low: z.number(),
  high: z.number(),
  /** From so many trials. */
  points: z.int(),
});
export type RestorePrediction = z.infer<typeof RestorePrediction>;

/**
 * `proven`: by its last trial, which is not too long ago. `stale`: proven, too long ago. `failed`: not proven by its last trial, or
 * it should have been tried and was not. `absent`: the database has no such way back. `never tried`: it may have one.
 */
export const PathState = z.enum(['proven', 'stale', 'failed', 'never tried', 'absent']);
export type PathState = z.infer<typeof PathState>;

export const RecoveryPath = z.strictObject({
  path: RestorePath,
  state: PathState,
  /** Why the newest test did not try it; null when it did, or was not asked to. */
  notTried: z.nullable(z.strictObject({ kind: NotTriedKind, reason: z.string() })),
  last: z.nullable(PathTrial),
  lastProven: z.nullable(PathTrial),
  /** Null of a path that the database does not have. */
  nextDue: z.nullable(z.string()),
  /** From then on, unless it is proven again before. */
  staleFrom: z.nullable(z.string()),
  /** Oldest first. */
  history: z.array(PathTrial),
  prediction: z.nullable(RestorePrediction),
});
export type RecoveryPath = z.infer<typeof RecoveryPath>;

/** The ways back of one database, as they were when the page was drawn. */
export const RecoveryPage = z.strictObject({
  schemaVersion: z.literal(1),
  database: z.string(),
  stage: z.string(),
  drawnAt: z.string(),
  paths: z.array(RecoveryPath),
});
export type RecoveryPage = z.infer<typeof RecoveryPage>;
