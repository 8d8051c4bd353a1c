import * as z from 'zod/mini';
import { ExecutionName, Failure, Phase, Severity } from '../common.ts';

/** Without a mode nothing is done. In production a person names the instance again, so that no event file goes astray. */
export const FailoverRequest = z.strictObject({
  database: z.string().check(z.minLength(1)),
  mode: z._default(z.enum(['plan', 'rehearse']), 'plan'),
  reason: z._default(z.string().check(z.minLength(1), z.maxLength(500)), 'a rehearsal'),
  /** The DBInstanceIdentifier of the source: wanted in production. */
  instance: z.optional(z.string()),
});
export type FailoverRequest = z.infer<typeof FailoverRequest>;

export const FailoverRefusal = z.strictObject({ reason: z.string(), remedy: z.string() });
export type FailoverRefusal = z.infer<typeof FailoverRefusal>;

export const SlotState = z.strictObject({ name: z.string(), isLogical: z.boolean(), isActive: z.boolean() });
export type SlotState = z.infer<typeof SlotState>;

export const FailoverPlan = z.strictObject({
  database: z.string(),
  instanceId: z.string(),
  isActed: z.boolean(),
  reason: z.string(),
  zone: z.nullable(z.string()),
  refusals: z.array(FailoverRefusal),
});
export type FailoverPlan = z.infer<typeof FailoverPlan>;

/** One try of the client: a new connection, a write, and what was written before read back. Milliseconds since 1970. */
export const Probe = z.strictObject({
  at: z.number(),
  endedAt: z.number(),
  /** How far it came. */
  reached: z.enum(['nothing', 'connected', 'wrote']),
  error: z.nullable(z.string()),
  /** The newest acknowledged write before it that the server did not have any more; null: none is missing. */
  lost: z.nullable(z.number()),
});
export type Probe = z.infer<typeof Probe>;

export const Outage = z.strictObject({
  /** From the last write that was acknowledged before, to the first one after. */
  seconds: z.number(),
  /** Between two tries around the ends: how exact it is. */
  resolutionSeconds: z.number(),
  untilBrokenSeconds: z.number(),
  noConnectionSeconds: z.number(),
  noWriteSeconds: z.number(),
  /** A letter for each second since the fail-over was asked for: w written, c connected only, - nothing. */
  bySecond: z.string(),
});
export type Outage = z.infer<typeof Outage>;

export const Rehearsal = z.strictObject({
  askedAt: z.string(),
  /** False: another call asked, and nobody looked meanwhile. */
  isMeasured: z.boolean(),
  outage: z.nullable(Outage),
  /** Of the server process: another one after a fail-over. */
  isNewServer: z.boolean(),
  lostWrites: z.int(),
  /** Before it, and the end of the log after it. */
  slots: z.array(SlotState),
  lsn: z.nullable(z.string()),
  probesKey: z.nullable(z.string()),
});
export type Rehearsal = z.infer<typeof Rehearsal>;

export const FailoverCheck = z.strictObject({
  isDone: z.boolean(),
  status: z.string(),
  zone: z.nullable(z.string()),
  /** What is not as it must be yet; empty when it is done. */
  open: z.array(z.string()),
});
export type FailoverCheck = z.infer<typeof FailoverCheck>;

export const PlanFailoverInput = z.strictObject({ executionName: ExecutionName, request: z.unknown() });
export const PlanFailoverOutput = z.strictObject({ plan: FailoverPlan });
export const RehearseFailoverInput = z.strictObject({ executionName: ExecutionName, request: z.unknown() });
export const RehearseFailoverOutput = Rehearsal;
export const CheckFailoverInput = z.strictObject({
  database: z.string(),
  zone: z.nullable(z.string()),
  rehearsal: Rehearsal,
});

export const CheckFailoverOutput = FailoverCheck;

export const RecordFailoverInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  startedAt: z.string(),
  request: z.unknown(),
  plan: z.nullable(FailoverPlan),
  rehearsal: z.nullable(Rehearsal),
  check: z.nullable(FailoverCheck),
  failure: z.nullable(Failure),
  phases: z.array(Phase),
});
export type RecordFailoverInput = z.infer<typeof RecordFailoverInput>;

export const FailoverResult = z.enum(['planned', 'refused', 'rehearsed', 'not rehearsed']);
export type FailoverResult = z.infer<typeof FailoverResult>;

export const FailoverRecord = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('failover-drill'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  database: z.nullable(z.string()),
  request: z.unknown(),
  result: FailoverResult,
  severity: Severity,
  summary: z.string(),
  left: z.array(z.string()),
  limitSeconds: z.number(),
  plan: z.nullable(FailoverPlan),
  rehearsal: z.nullable(Rehearsal),
  check: z.nullable(FailoverCheck),
  failure: z.nullable(Failure),
  phases: z.array(Phase),
});
export type FailoverRecord = z.infer<typeof FailoverRecord>;

export const RecordFailoverOutput = z.strictObject({
  database: z.nullable(z.string()),
  result: FailoverResult,
  severity: Severity,
  summary: z.string(),
  recordKey: z.string(),
  reportKey: z.string(),
});
