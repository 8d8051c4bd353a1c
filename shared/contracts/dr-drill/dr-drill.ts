import * as z from 'zod/mini';
import { ChainPlace } from '../backup-and-verify.ts';
import { ExecutionName, Failure, Phase, Severity } from '../common.ts';
import { CheckDrainedOutput, OpenPromotedOutput, Refusal } from '../dr-promotion/dr-promotion.ts';
import { PutUpFence } from '../dr-promotion/fence.ts';
import { TakeLeaseOutput } from '../dr-promotion/lease.ts';
import { RecoveryTargets } from '../dr-promotion/recovery.ts';

/** What starts a drill. Without a mode nothing is made; without a database, which is due by its `everyDays` is looked for. */
export const DrillRequest = z.strictObject({
  database: z.optional(z.string().check(z.minLength(1))),
  mode: z._default(z.enum(['plan', 'rehearse']), 'plan'),
  reason: z._default(z.string().check(z.minLength(1), z.maxLength(500)), 'a rehearsal'),
});
export type DrillRequest = z.infer<typeof DrillRequest>;

/** How long it will take until a client has written, by the drills before; of 20 drills, 19 are expected between low and high. */
export const DrillPrediction = z.strictObject({
  seconds: z.number(),
  low: z.number(),
  high: z.number(),
  drills: z.int(),
});
export type DrillPrediction = z.infer<typeof DrillPrediction>;

export const DrillPlan = z.strictObject({
  database: z.string(),
  isActed: z.boolean(),
  reason: z.string(),
  region: z.string(),
  scope: z.string(),
  primaryId: z.string(),
  replicaId: z.string(),
  /** What its client resolves, and where that leads before and after the promotion. */
  name: z.nullable(z.string()),
  primaryHost: z.nullable(z.string()),
  replicaHost: z.nullable(z.string()),
  /** The newest backup of this region that is proven; null: there is none. */
  backup: z.nullable(z.strictObject({ snapshotId: z.string(), takenAt: z.string(), verdict: z.string() })),
  instanceClass: z.nullable(z.string()),
  parameterGroup: z.nullable(z.string()),
  predicted: z.nullable(DrillPrediction),
  refusals: z.array(Refusal),
});
export type DrillPlan = z.infer<typeof DrillPlan>;

const asked = { executionName: ExecutionName, database: z.string() };

export const PlanDrillInput = z.strictObject({ executionName: ExecutionName, request: z.unknown() });
/** Null: nothing is due. */
export const PlanDrillOutput = z.strictObject({ plan: z.nullable(DrillPlan) });

export const StartDrillPrimaryInput = z.strictObject({
  ...asked,
  snapshotId: z.string(),
  instanceClass: z.string(),
  parameterGroup: z.string(),
});
const Instance = z.strictObject({ instanceId: z.string() });
export const StartDrillPrimaryOutput = Instance;
export const StartDrillReplicaInput = z.strictObject({ ...asked, instanceClass: z.string() });
export const StartDrillReplicaOutput = Instance;

const To = z.enum(['primary', 'replica']);
export const PointDrillNameInput = z.strictObject({ ...asked, to: To });
export const PointDrillNameOutput = z.strictObject({ name: z.string(), target: z.string() });
export const CheckDrillNameInput = z.strictObject({ ...asked, to: To });
export const CheckDrillNameOutput = z.strictObject({
  name: z.string(),
  /** What a resolver of the network answers; null: nothing yet. */
  target: z.nullable(z.string()),
  isThere: z.boolean(),
});

/** A row that was written as the application and read back over another connection, by the clock of the server. */
export const ClientRow = z.strictObject({
  name: z.string(),
  target: z.string(),
  role: z.string(),
  marker: z.string(),
  at: z.string(),
});
export type ClientRow = z.infer<typeof ClientRow>;

export const PrepareDrillInput = z.strictObject(asked);
export const PrepareDrillOutput = z.strictObject({
  /** In which the throw-away primary holds the lease of the scope, in so many of three registers. */
  epoch: z.int(),
  registers: z.int(),
  bytes: z.number(),
  row: ClientRow,
});
export type PrepareDrillOutput = z.infer<typeof PrepareDrillOutput>;

export const FenceDrillInput = z.strictObject(asked);
export const FenceDrillOutput = PutUpFence;

export const TakeDrillLeaseInput = z.strictObject({ ...asked, fence: PutUpFence });
export const TakeDrillLeaseOutput = TakeLeaseOutput;

export const PromoteDrillReplicaInput = z.strictObject(asked);
export const PromoteDrillReplicaOutput = Instance;

export const OpenDrillReplicaInput = z.strictObject({ ...asked, lease: TakeLeaseOutput });
export const OpenDrillReplicaOutput = OpenPromotedOutput;

export const ConfirmDrillInput = z.strictObject({ ...asked, before: ClientRow });
export const ConfirmDrillOutput = z.strictObject({
  row: ClientRow,
  /** The row that was acknowledged by the throw-away primary before its fence is here. */
  isBeforeThere: z.boolean(),
});
export type ConfirmDrillOutput = z.infer<typeof ConfirmDrillOutput>;

export const CleanUpDrillInput = z.strictObject(asked);
export const CleanUpDrillOutput = z.strictObject({
  isGone: z.boolean(),
  /** What is there still. */
  left: z.array(z.string()),
});

const done = {
  plan: z.nullable(DrillPlan),
  prepared: z.nullable(PrepareDrillOutput),
  fence: z.nullable(PutUpFence),
  drained: z.nullable(CheckDrainedOutput),
  lease: z.nullable(TakeLeaseOutput),
  opened: z.nullable(OpenPromotedOutput),
  confirmed: z.nullable(ConfirmDrillOutput),
  isCleanedUp: z.boolean(),
  failure: z.nullable(Failure),
  cleanUpFailure: z.nullable(Failure),
  phases: z.array(Phase),
};

export const RecordDrillInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
  request: z.unknown(),
  ...done,
});
export type RecordDrillInput = z.infer<typeof RecordDrillInput>;

/** `refused`: nothing was made. `not rehearsed`: it did not come to its end. */
export const DrillResult = z.enum(['planned', 'refused', 'rehearsed', 'not rehearsed']);
export type DrillResult = z.infer<typeof DrillResult>;

/** The evidence of one drill, as it is stored. */
export const DrillEvidence = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('dr-drill'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  request: z.unknown(),
  database: z.nullable(z.string()),
  chainedAfter: z.int(),
  sourceBytes: z.nullable(z.number()),
  result: DrillResult,
  severity: Severity,
  summary: z.string(),
  left: z.array(z.string()),
  targets: RecoveryTargets,
  /** From the order, which is the fence, until a client had written to the promoted instance and read it back. */
  rtoSeconds: z.nullable(z.number()),
  /** What was committed on the throw-away primary and is not on the promoted one, at most; null where nobody knows. */
  rpoSeconds: z.nullable(z.number()),
  /** What would be lost had nothing been left but the backup that was restored. */
  backupRpoSeconds: z.nullable(z.number()),
  isInTime: z.nullable(z.boolean()),
  ...done,
});
export type DrillEvidence = z.infer<typeof DrillEvidence>;

export const RecordDrillOutput = z.strictObject({
  database: z.nullable(z.string()),
  result: DrillResult,
  severity: Severity,
  summary: z.string(),
  left: z.array(z.string()),
  recordKey: z.string(),
  reportKey: z.string(),
  chain: z.nullable(ChainPlace),
});
export type RecordDrillOutput = z.infer<typeof RecordDrillOutput>;
