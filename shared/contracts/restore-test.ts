import * as z from 'zod/mini';
import { Blame, ChainPlace, Verdict } from './backup-and-verify.ts';
import { ExecutionName, Failure, Phase, ProofReference } from './common.ts';
import { ProofCost, ProofSize } from './proof/proof-cost.ts';
import { CheckProofOutput, StartProofInput } from './prove-snapshot.ts';
import { ObjectDigest, WitnessBinding } from './stored-object.ts';
import { Rung, RungStatus } from './verification.ts';

/** The ways back that a database may have, in the order in which a page names them. */
export const RestorePath = z.enum([
  'snapshot',
  'other-region',
  'point-in-time',
  'other-region-point-in-time',
  'dump',
  'selected-objects',
]);
export type RestorePath = z.infer<typeof RestorePath>;

/**
 * What starts a restore test. Without a database it is the one whose test is due longest; a schedule says who it is, and only
 * what it starts is held to the caps on money. `paths`: those and no others.
 */
export const RestoreTestRequest = z.strictObject({
  database: z.optional(z.string()),
  startedBy: z.optional(z.literal('schedule')),
  paths: z.optional(z.array(RestorePath).check(z.minLength(1))),
});
export type RestoreTestRequest = z.infer<typeof RestoreTestRequest>;

/** The witness that a path is held against: of the newest run of backup-and-verify that this path can give back. */
export const TrialWitness = z.strictObject({
  key: z.string(),
  binding: WitnessBinding,
  /** Of the run that took it. */
  evidenceKey: z.string(),
});

/** The moment that is restored is one at which the writers of the source paused: the copy is compared with S1 alone. */
export const TrialPause = z.strictObject({ at: z.string(), milliseconds: z.number() });
export type TrialPause = z.infer<typeof TrialPause>;

/** One path that is tried, by an execution of prove-snapshot. */
export const PlannedTrial = z.strictObject({
  path: RestorePath,
  /** From which the proof's own name is derived. */
  executionName: z.string(),
  region: z.string(),
  backup: StartProofInput.shape.backup,
  witness: TrialWitness,
  pause: z.nullable(TrialPause),
  /** Below it the rungs are stored. */
  evidencePrefix: z.string(),
  /** The newest moment that this path would have given back when the test began. */
  newestMoment: z.iso.datetime(),
  /** What was lost, had the database been lost when the test began. */
  rpoSeconds: z.number(),
  proofCostKey: z.string(),
  size: ProofSize,
  predicted: ProofCost,
});
export type PlannedTrial = z.infer<typeof PlannedTrial>;

/**
 * Why a path is not tried. `not set up`, `not built`, `not asked`: nothing is wrong. `cost`: its proof would be beyond a cap.
 * `impossible`: it should work, and could not even be begun.
 */
export const NotTriedKind = z.enum(['not set up', 'not built', 'not asked', 'cost', 'impossible']);
export const NotTried = z.strictObject({ path: RestorePath, kind: NotTriedKind, reason: z.string() });
export type NotTried = z.infer<typeof NotTried>;

export const PlanRestoreTestInput = z.strictObject({
  executionName: ExecutionName,
  request: z.unknown(),
  startedAt: z.iso.datetime(),
});
export const RestoreTestPlan = z.strictObject({
  database: z.string(),
  sourceInstanceId: z.string(),
  sourceBytes: z.number(),
  trials: z.array(PlannedTrial),
  notTried: z.array(NotTried),
  /** So many copies at a time. */
  atOnce: z.int(),
});
export type RestoreTestPlan = z.infer<typeof RestoreTestPlan>;
/** `plan` is null when a schedule asks and no database is due. */
export const PlanRestoreTestOutput = z.strictObject({ plan: z.nullable(RestoreTestPlan) });

/** How the trial of a path ended, whatever it found. */
export const TrialResult = z.strictObject({
  path: RestorePath,
  proof: z.nullable(z.extend(ProofReference, { snapshotId: z.nullable(z.string()) })),
  /** What the proof found; null when it ended without saying anything. */
  result: CheckProofOutput.shape.result,
  failure: z.nullable(Failure),
  cleanUpFailure: z.nullable(Failure),
});
export type TrialResult = z.infer<typeof TrialResult>;

export const RecordRestoreTestInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
  request: z.unknown(),
  plan: z.nullable(RestoreTestPlan),
  results: z.array(TrialResult),
  failure: z.nullable(Failure),
});
export const RestoreTestSeverity = z.enum(['P1', 'P2', 'P4']);
export const RecordRestoreTestOutput = z.strictObject({
  database: z.nullable(z.string()),
  isProven: z.boolean(),
  severity: RestoreTestSeverity,
  summary: z.string(),
  evidenceKey: z.string(),
  reportKey: z.string(),
  /** Null when the test could not be planned: then there is no database whose page it could be. */
  pageKey: z.nullable(z.string()),
  chain: z.nullable(ChainPlace),
});

/** Seconds since the request; null of what was not reached. */
export const RestoreTimes = z.strictObject({
  /** RDS calls the copy available. */
  available: z.nullable(z.number()),
  /** It answers, with the parameters of its source in force: applications could use it. This is the RTO. */
  usable: z.nullable(z.number()),
  /** Every row of it was compared. */
  verified: z.nullable(z.number()),
});
export type RestoreTimes = z.infer<typeof RestoreTimes>;

/** What became of one path. */
export const TriedPath = z.strictObject({
  path: RestorePath,
  verdict: Verdict,
  summary: z.string(),
  blame: z.nullable(Blame),
  region: z.string(),
  /** What was restored: a snapshot, or a moment. */
  restored: z.string(),
  /** Evidence from before there were pauses does not report. */
  pause: z._default(z.nullable(TrialPause), null),
  newestMoment: z.string(),
  rpoSeconds: z.number(),
  times: RestoreTimes,
  /** Null where operations.yml sets none. */
  targetSeconds: z.nullable(z.number()),
  /** Null where there is no target, or nothing was measured. */
  isInTime: z.nullable(z.boolean()),
  rungs: z.array(
    z.strictObject({ name: Rung.shape.name, status: z.union([RungStatus, z.literal('not run')]), summary: z.string() }),
  ),
  phases: z.array(Phase),
  failure: z.nullable(Failure),
  cleanUpFailure: z.nullable(Failure),
  witness: TrialWitness,
  proof: TrialResult.shape.proof,
  objects: z.array(ObjectDigest),
  predicted: ProofCost,
  /** By the hours that the copy was there; null when there was none. */
  actual: z.nullable(ProofCost),
});
export type TriedPath = z.infer<typeof TriedPath>;

/** The evidence of one restore test, as it is stored. */
export const RestoreTestEvidence = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('restore-test'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  request: z.unknown(),
  database: z.nullable(z.string()),
  chainedAfter: z.int(),
  sourceBytes: z.nullable(z.number()),
  isProven: z.boolean(),
  verdict: Verdict,
  summary: z.string(),
  currency: z.string(),
  tried: z.array(TriedPath),
  notTried: z.array(NotTried),
  failure: z.nullable(Failure),
});
export type RestoreTestEvidence = z.infer<typeof RestoreTestEvidence>;

/** One trial of a path, as far as a page shows it. */
export const PathTrial = z.strictObject({
  startedAt: z.string(),
  verdict: Verdict,
  summary: z.string(),
  blame: z.nullable(Blame),
  region: z.string(),
  restored: z.string(),
  pause: z._default(z.nullable(TrialPause), null),
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
