import * as z from 'zod/mini';
import { ExecutionName, Failure, Phase } from '../common.ts';
import { AutomaticPromotion, PromotionAnswer, PromotionApproval, WatchPrimaryOutput } from './decision.ts';
import { PromotionFence, PutUpFence, SwitchedPrimary } from './fence.ts';
import { PlannedLease, TakeLeaseOutput } from './lease.ts';
import { ConfirmByClientOutput } from './name.ts';
import { RecoveryTargets } from './recovery.ts';
import { Replay } from './replay.ts';

/**
 * What a person asks for. `plan`, which is what is meant when no mode is given, changes nothing. `auto`: what the policy of the database
 * allows without him, when the primary is seen to be lost. `mostLossSeconds`: more of what was committed on the primary must not be lost;
 * 0 when absent. `primaryIsDown`: how the person knows that nobody writes to a
 * primary that cannot be reached.
 */
export const PromotionRequest = z.strictObject({
  database: z.string(),
  mode: z._default(z.enum(['plan', 'promote', 'auto']), 'plan'),
  reason: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  mostLossSeconds: z._default(z.int().check(z.minimum(0), z.maximum(86_400)), 0),
  primaryIsDown: z.optional(z.string().check(z.minLength(10), z.maxLength(500))),
  /** Of `auto`: whose change of state has started it. */
  alarm: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
});
export type PromotionRequest = z.infer<typeof PromotionRequest>;

/** Why nothing is promoted, and what to do about it. */
export const Refusal = z.strictObject({ reason: z.string(), remedy: z.string() });
export type Refusal = z.infer<typeof Refusal>;

export const PromotionPlan = z.strictObject({
  database: z.string(),
  isActed: z.boolean(),
  reason: z.nullable(z.string()),
  mostLossSeconds: z.int(),
  primaryIsDown: z.nullable(z.string()),
  primary: z.strictObject({
    region: z.string(),
    instanceId: z.string(),
    /** As RDS reports it; null when RDS of that region does not answer, or knows no such instance. */
    status: z.nullable(z.string()),
    isMultiAz: z.boolean(),
    /** Roles that were kept out already when the plan was made; null when nobody could look. */
    keptOut: z.nullable(z.array(z.string())),
  }),
  /** Null when there is none that could be promoted. */
  replica: z.nullable(
    z.strictObject({
      region: z.string(),
      instanceId: z.string(),
      arn: z.string(),
      status: z.string(),
      /** Null when it does not answer. */
      replay: z.nullable(Replay),
    }),
  ),
  /** What would be lost, had the primary been lost when the plan was made; null when nobody knows. */
  predictedLossSeconds: z.nullable(z.number()),
  /** Null where the database has none. */
  lease: z.nullable(PlannedLease),
  /** What the applications resolve, when a promotion turns it; null where operations.yml has none. */
  name: z.nullable(z.string()),
  /** Null: a person has started it. */
  automatic: z.nullable(AutomaticPromotion),
  /** Null: nobody is asked. */
  approval: z.nullable(PromotionApproval),
  refusals: z.array(Refusal),
});
export type PromotionPlan = z.infer<typeof PromotionPlan>;

const execution = { executionName: ExecutionName, executionArn: z.string() };

export const PlanPromotionInput = z.strictObject({ executionName: ExecutionName, request: z.unknown() });
export const PlanPromotionOutput = z.strictObject({ plan: PromotionPlan });

export const ClaimPromotionInput = z.strictObject({ ...execution, database: z.string() });
export const ClaimPromotionOutput = z.strictObject({ claimKey: z.string() });

const ofPrimary = { executionName: ExecutionName, database: z.string(), primary: SwitchedPrimary };

export const FencePrimaryInput = z.strictObject(ofPrimary);
export const FencePrimaryOutput = PutUpFence;

export const LiftFenceInput = z.strictObject(ofPrimary);
/** The roles that were let in again. */
export const LiftFenceOutput = z.strictObject({ roles: z.array(z.string()) });

export const CheckDrainedInput = z.strictObject({
  database: z.string(),
  replicaId: z.string(),
  fence: PromotionFence,
  mostLossSeconds: z.int(),
});
export const CheckDrainedOutput = z.strictObject({
  replay: Replay,
  /** The replica has replayed all that the primary wrote before its fence, or all that it received of a lost one. */
  isDrained: z.boolean(),
  /** At most; null when nobody knows. */
  lossSeconds: z.nullable(z.number()),
  isAccepted: z.boolean(),
});

export type CheckDrainedOutput = z.infer<typeof CheckDrainedOutput>;

export const PromoteReplicaInput = z.strictObject({
  ...ofPrimary,
  replicaId: z.string(),
  /** Of the drained replica, for the tag by which a failback knows what the old primary has alone. */
  snapshot: z.nullable(z.string()),
});
export const PromoteReplicaOutput = z.strictObject({ replicaId: z.string() });

export const CheckPromotedInput = z.strictObject({ executionName: ExecutionName, replicaId: z.string() });
export const CheckPromotedOutput = z.strictObject({
  isPromoted: z.boolean(),
  isReplica: z.boolean(),
  /** It bears no word of this execution, so that RDS was not asked to promote it. */
  isUntouched: z.boolean(),
  status: z.string(),
});

export const OpenPromotedInput = z.strictObject({
  database: z.string(),
  replicaId: z.string(),
  /** Null where the database has no lease. */
  lease: z.nullable(TakeLeaseOutput),
});
export const OpenPromotedOutput = z.strictObject({
  endpoint: z.string(),
  /** Roles that the fence of the primary had kept out here, too: a replica has the roles of its primary. */
  roles: z.array(z.string()),
  /** A transaction was committed. */
  writableAt: z.string(),
});

export const HardenPromotedInput = z.strictObject({
  database: z.string(),
  replicaId: z.string(),
  isMultiAz: z.boolean(),
});
export const HardenPromotedOutput = z.strictObject({ changed: z.array(z.string()) });

export const RecordPromotionInput = z.strictObject({
  ...execution,
  startedAt: z.iso.datetime(),
  request: z.unknown(),
  plan: z.nullable(PromotionPlan),
  fence: z.nullable(PromotionFence),
  drained: z.nullable(CheckDrainedOutput),
  /** Taken for the replica; null when it was not. */
  lease: z.nullable(TakeLeaseOutput),
  opened: z.nullable(OpenPromotedOutput),
  /** Null when the database has no name, or it does not lead here. */
  confirmed: z.nullable(ConfirmByClientOutput),
  /** Of an automatic one: what was seen of the primary at last. */
  seen: z.nullable(WatchPrimaryOutput),
  answers: z.array(PromotionAnswer),
  nameFailure: z.nullable(Failure),
  /** Whether the promotion was asked of RDS: from there on there is no way back. */
  isPromotionAsked: z.boolean(),
  isLifted: z.boolean(),
  failure: z.nullable(Failure),
  liftFailure: z.nullable(Failure),
  hardenFailure: z.nullable(Failure),
  phases: z.array(Phase),
});
export type RecordPromotionInput = z.infer<typeof RecordPromotionInput>;

/**
 * `planned`: nothing was asked for but a plan. `refused`: nothing was changed. `undone`: the fence was put up and lifted.
 * `not undone`: the applications are kept out of the primary still. `promoted`. `unfinished`: promoted, and not open to applications.
 */
export const PromotionResult = z.enum(['planned', 'refused', 'undone', 'not undone', 'promoted', 'unfinished']);
export type PromotionResult = z.infer<typeof PromotionResult>;

export const RecordPromotionOutput = z.strictObject({
  database: z.nullable(z.string()),
  result: PromotionResult,
  severity: z.enum(['P1', 'P2', 'P4']),
  summary: z.string(),
  /** What is left to a person, in order. */
  left: z.array(z.string()),
  recordKey: z.string(),
  reportKey: z.string(),
});
export type RecordPromotionOutput = z.infer<typeof RecordPromotionOutput>;

/** The record of one promotion, as it is stored. */
export const PromotionRecord = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('dr-promotion'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  request: z.unknown(),
  database: z.nullable(z.string()),
  result: PromotionResult,
  severity: z.enum(['P1', 'P2', 'P4']),
  summary: z.string(),
  left: z.array(z.string()),
  plan: z.nullable(PromotionPlan),
  fence: z.nullable(PromotionFence),
  lease: z.nullable(TakeLeaseOutput),
  /** Committed on the primary and not here, at most; null when nothing was promoted or nobody knows. */
  lossSeconds: z.nullable(z.number()),
  /** From the start of the execution until a transaction was committed on the promoted instance; null when none was. */
  rtoSeconds: z.nullable(z.number()),
  /** Of operations.yml when it was recorded. */
  targets: RecoveryTargets,
  /** Both were kept; null when nothing was promoted, or nobody knows. */
  isInTime: z.nullable(z.boolean()),
  opened: z.nullable(OpenPromotedOutput),
  confirmed: z.nullable(ConfirmByClientOutput),
  seen: z.nullable(WatchPrimaryOutput),
  answers: z.array(PromotionAnswer),
  nameFailure: z.nullable(Failure),
  failure: z.nullable(Failure),
  liftFailure: z.nullable(Failure),
  hardenFailure: z.nullable(Failure),
  phases: z.array(Phase),
});
export type PromotionRecord = z.infer<typeof PromotionRecord>;
