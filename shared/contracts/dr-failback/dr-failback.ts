import * as z from 'zod/mini';
import { ExecutionName, Failure, Phase } from '../common.ts';
import { OpenPromotedOutput, Refusal } from '../dr-promotion/dr-promotion.ts';
import { PromotionFence, SwitchedPrimary } from '../dr-promotion/fence.ts';
import { PlannedLease, TakeLeaseOutput } from '../dr-promotion/lease.ts';
import { ConfirmByClientOutput } from '../dr-promotion/name.ts';
import { Replay } from '../dr-promotion/replay.ts';
import { Sha256 } from '../stored-object.ts';
import { StrandedSummary } from './stranded.ts';

/**
 * What a person asks for. `plan`, which is what is meant when no mode is given, changes nothing and reports what is stranded. `rebuild`:
 * the replica in the first region, and nothing is switched. `failback`: the same, and the switch. `accept`: of the report that the
 * person has read. `acceptUnknown`: why what nobody can look through may be left behind.
 */
export const FailbackRequest = z.strictObject({
  database: z.string(),
  mode: z._default(z.enum(['plan', 'rebuild', 'failback']), 'plan'),
  reason: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  accept: z.optional(Sha256),
  acceptUnknown: z.optional(z.string().check(z.minLength(10), z.maxLength(500))),
});
export type FailbackRequest = z.infer<typeof FailbackRequest>;

const Old = z.strictObject({
  instanceId: z.string(),
  resourceId: z.string(),
  arn: z.string(),
  status: z.string(),
  /** It has made room for the replica already. */
  isSetAside: z.boolean(),
});

export const FailbackPlan = z.strictObject({
  database: z.string(),
  mode: z.enum(['plan', 'rebuild', 'failback']),
  isActed: z.boolean(),
  reason: z.nullable(z.string()),
  accept: z.nullable(Sha256),
  acceptUnknown: z.nullable(z.string()),
  /** The one of today, in the second region. */
  primary: z.nullable(
    z.strictObject({
      region: z.string(),
      instanceId: z.string(),
      arn: z.string(),
      status: z.string(),
      isMultiAz: z.boolean(),
      /** Null when nobody could look. */
      keptOut: z.nullable(z.array(z.string())),
      partedAt: z.nullable(z.string()),
    }),
  ),
  /** Null when it is gone, or RDS of its region does not answer. */
  old: z.nullable(Old),
  /** What the old one is called once it has made room. */
  asideId: z.nullable(z.string()),
  /** What becomes the primary; `status` is null as long as it has to be made. */
  replica: z.strictObject({ region: z.string(), instanceId: z.string(), status: z.nullable(z.string()) }),
  lease: z.nullable(PlannedLease),
  name: z.nullable(z.string()),
  refusals: z.array(Refusal),
});
export type FailbackPlan = z.infer<typeof FailbackPlan>;

export const PlanFailbackInput = z.strictObject({ executionName: ExecutionName, request: z.unknown() });
export const PlanFailbackOutput = z.strictObject({ plan: FailbackPlan });

export const FindStrandedInput = z.strictObject({
  executionName: ExecutionName,
  database: z.string(),
  primary: SwitchedPrimary,
  partedAt: z.nullable(z.string()),
  old: z.nullable(Old),
  accept: z.nullable(Sha256),
  acceptUnknown: z.nullable(z.string()),
});
/** `refusals`: why nothing may be set aside yet. */
export const FindStrandedOutput = z.strictObject({ stranded: StrandedSummary, refusals: z.array(Refusal) });

const rebuilding = { executionName: ExecutionName, database: z.string(), replicaId: z.string() };

export const SetAsideOldInput = z.strictObject({ ...rebuilding, old: z.nullable(Old), asideId: z.string() });
export const SetAsideOldOutput = z.strictObject({ isSetAside: z.boolean(), status: z.string() });

export const RebuildReplicaInput = z.strictObject({
  ...rebuilding,
  primaryArn: z.string(),
  asideId: z.string(),
});
export const RebuildReplicaOutput = z.strictObject({ isAvailable: z.boolean(), status: z.string() });

const sides = { database: z.string(), primary: SwitchedPrimary, replicaId: z.string() };

export const CheckCaughtUpInput = z.strictObject(sides);
export const CheckCaughtUpOutput = z.strictObject({
  replay: Replay,
  /** Of the log, between what the primary has written and what the replica has replayed. */
  bytesBehind: z.number(),
  isCaughtUp: z.boolean(),
});

export const CompareSidesInput = z.strictObject(sides);
/** Counts and portable hashes of both, while nobody writes to either. */
export const CompareSidesOutput = z.strictObject({
  tables: z.int(),
  rows: z.string(),
  /** Of them there was no time to look, within the outage that a comparison may cost: their proof is the LSN alone. */
  uncompared: z.int(),
  differing: z.array(z.string()),
});
export type CompareSidesOutput = z.infer<typeof CompareSidesOutput>;

export const MarkReplacedInput = z.strictObject({
  executionName: ExecutionName,
  database: z.string(),
  primary: SwitchedPrimary,
});
export const MarkReplacedOutput = z.strictObject({ instanceId: z.string() });

const done = {
  request: z.unknown(),
  plan: z.nullable(FailbackPlan),
  stranded: z.nullable(StrandedSummary),
  /** What speaks against it beside the plan's own. */
  refusals: z.array(Refusal),
  isRebuilt: z.boolean(),
  fence: z.nullable(PromotionFence),
  compared: z.nullable(CompareSidesOutput),
  lease: z.nullable(TakeLeaseOutput),
  opened: z.nullable(OpenPromotedOutput),
  confirmed: z.nullable(ConfirmByClientOutput),
  nameFailure: z.nullable(Failure),
  failure: z.nullable(Failure),
  liftFailure: z.nullable(Failure),
  hardenFailure: z.nullable(Failure),
  phases: z.array(Phase),
};

export const RecordFailbackInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
  ...done,
  isPromotionAsked: z.boolean(),
  isLifted: z.boolean(),
});
export type RecordFailbackInput = z.infer<typeof RecordFailbackInput>;

/**
 * `planned`, `refused`: nothing was changed. `rebuilt`: the replica is there, and nothing was switched. `stopped`: something of the
 * rebuilding failed. `undone`, `not undone`: as of a promotion. `failed back`: the first region has the primary. `unfinished`: RDS was asked.
 */
export const FailbackResult = z.enum([
  ...['planned', 'refused', 'stopped', 'rebuilt'],
  ...['undone', 'not undone', 'failed back', 'unfinished'],
] as const);
export type FailbackResult = z.infer<typeof FailbackResult>;

const outcome = {
  database: z.nullable(z.string()),
  result: FailbackResult,
  severity: z.enum(['P1', 'P2', 'P4']),
  summary: z.string(),
  left: z.array(z.string()),
};
export const RecordFailbackOutput = z.strictObject({ ...outcome, recordKey: z.string(), reportKey: z.string() });
export type RecordFailbackOutput = z.infer<typeof RecordFailbackOutput>;

export const FailbackRecord = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('dr-failback'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  ...outcome,
  ...done,
  /** From the fence until a transaction was committed on the instance that took over; null when none was. */
  outageSeconds: z.nullable(z.number()),
});
export type FailbackRecord = z.infer<typeof FailbackRecord>;
