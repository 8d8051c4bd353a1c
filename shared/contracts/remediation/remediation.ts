import * as z from 'zod/mini';
import { ExecutionName, Failure, Severity } from '../common.ts';

export const RemedyName = z.enum([
  'end-root-blocker',
  'end-idle-in-transaction',
  'cancel-runaway-statement',
  'freeze-oldest-table',
  'unstick-subscription',
  'drop-dead-slot',
  'grow-storage',
  'start-stopped',
  'isolate-credential',
]);
export type RemedyName = z.infer<typeof RemedyName>;

/** `observe` looks and reports what it would have done, `ask` waits for a person's answer, `act` acts. */
export const RemedyMode = z.enum(['observe', 'ask', 'act']);
export type RemedyMode = z.infer<typeof RemedyMode>;

/** What an alarm or a finding is about; shared/domain/alarm reads it from the event. */
export const RemediationCause = z.strictObject({
  account: z.string(),
  region: z.string(),
  stage: z.string(),
  alarmName: z.string(),
  kind: z.string(),
  level: z.nullable(z.enum(['warning', 'critical'])),
  bearer: z.strictObject({ of: z.enum(['database', 'instance', 'workflow', 'stage']), name: z.string() }),
  databases: z.array(z.string()),
  /** Of the database, whose credential leaked. */
  role: z.optional(z.string()),
});
export type RemediationCause = z.infer<typeof RemediationCause>;

/** One change of an alarm of ours. */
export const AlarmChange = z.strictObject({
  cause: RemediationCause,
  state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  changedAt: z.iso.datetime(),
});
export type AlarmChange = z.infer<typeof AlarmChange>;

export const ReadAlarmInput = z.strictObject({ executionName: ExecutionName, event: z.unknown() });
/** Null where the alarm is not this stage's, or no remedy belongs to it. */
export const ReadAlarmOutput = z.strictObject({ change: z.nullable(AlarmChange), reason: z.string() });

/** A remedy that belongs to the alarm, and where it would be applied. */
export const RemedyCandidate = z.strictObject({
  remedy: RemedyName,
  mode: RemedyMode,
  /** As operations.yml names it. */
  database: z.string(),
  instanceId: z.string(),
  role: z.optional(z.string()),
});
export type RemedyCandidate = z.infer<typeof RemedyCandidate>;

/** Why a remedy is not applied. */
export const RemedyRefusal = z.strictObject({
  remedy: RemedyName,
  database: z.string(),
  reason: z.string(),
  /** Its cause was there when the alarm rang, and has ended by itself. */
  isGone: z.boolean(),
});
export type RemedyRefusal = z.infer<typeof RemedyRefusal>;

export const PlanRemedyInput = z.strictObject({ executionName: ExecutionName, change: AlarmChange });
export const PlanRemedyOutput = z.strictObject({
  candidates: z.array(RemedyCandidate),
  refusals: z.array(RemedyRefusal),
});

/**
 * What a remedy is applied to, found by looking: exact enough that another one never takes its place. Moments are
 * PostgreSQL's own text in UTC, to the microsecond.
 */
export const SessionTarget = z.strictObject({
  kind: z.literal('session'),
  pid: z.int(),
  backendStart: z.string(),
  /** Of the transaction, or of the statement that is cancelled. */
  since: z.string(),
  user: z.string(),
  application: z.string(),
  /** Of a statement: its id in pg_stat_statements; text, for it has 64 bits. */
  queryId: z.nullable(z.string()),
  seconds: z.number(),
  /** Sessions that wait for it, directly or not. */
  waiters: z.int(),
});
export type SessionTarget = z.infer<typeof SessionTarget>;
export const TableTarget = z.strictObject({
  kind: z.literal('table'),
  oid: z.int(),
  name: z.string(),
  age: z.number(),
});
export const SlotTarget = z.strictObject({
  kind: z.literal('slot'),
  name: z.string(),
  /** `restart_lsn` when it was found: a consumer moves it. */
  restartLsn: z.nullable(z.string()),
  retainedBytes: z.number(),
});
export const SubscriptionTarget = z.strictObject({
  kind: z.literal('subscription'),
  oid: z.int(),
  name: z.string(),
  errors: z.number(),
});
export const InstanceTarget = z.strictObject({
  kind: z.literal('instance'),
  instanceId: z.string(),
  status: z.string(),
  storageGb: z.int(),
  /** What it is to have; as it is, where nothing of it changes. */
  toStorageGb: z.int(),
});
export const RoleTarget = z.strictObject({
  kind: z.literal('role'),
  name: z.string(),
  oid: z.int(),
  sessions: z.int(),
});
export const RemedyTarget = z.discriminatedUnion('kind', [
  SessionTarget,
  TableTarget,
  SlotTarget,
  SubscriptionTarget,
  InstanceTarget,
  RoleTarget,
]);
export type RemedyTarget = z.infer<typeof RemedyTarget>;

export const FoundRemedy = z.extend(RemedyCandidate, { target: RemedyTarget, summary: z.string() });
export type FoundRemedy = z.infer<typeof FoundRemedy>;

export const CheckBeforeInput = z.strictObject({
  executionName: ExecutionName,
  candidates: z.array(RemedyCandidate),
});
/** The first candidate whose precondition holds; the others say why theirs does not. */
export const CheckBeforeOutput = z.strictObject({
  found: z.nullable(FoundRemedy),
  refusals: z.array(RemedyRefusal),
});

/** One place in the budget, written once and for ever before the act. */
export const BudgetClaim = z.strictObject({
  schemaVersion: z.literal(1),
  sequence: z.int(),
  execution: z.string(),
  /** Of the alarm's change: the same event again is the same act. */
  actId: z.string(),
  /** Of the remedy and what it is applied to: within the cool-down only one. */
  causeKey: z.string(),
  remedy: RemedyName,
  mode: RemedyMode,
  database: z.string(),
  claimedAt: z.iso.datetime(),
});
export type BudgetClaim = z.infer<typeof BudgetClaim>;

export const ClaimBudgetInput = z.strictObject({
  executionName: ExecutionName,
  change: AlarmChange,
  found: FoundRemedy,
});
export const ClaimBudgetOutput = z.strictObject({
  isGranted: z.boolean(),
  /** Another execution acts, or has, on the same change or within the cool-down: nobody needs to hear of it. */
  isRepeated: z.boolean(),
  reason: z.string(),
  claimKey: z.nullable(z.string()),
  /** How long a person has who is asked. */
  askSeconds: z.int(),
});

export const AskApproverInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  token: z.string(),
  seconds: z.int(),
  found: FoundRemedy,
});
/** What waits gets what the person sends in its place. */
export const AskApproverOutput = z.strictObject({ answer: z.unknown() });

/** What waits for a person, in the bucket: by it `npm run approve` answers. */
export const WaitingApproval = z.strictObject({
  schemaVersion: z.literal(1),
  executionName: ExecutionName,
  executionArn: z.string(),
  token: z.string(),
  found: FoundRemedy,
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type WaitingApproval = z.infer<typeof WaitingApproval>;

/**
 * What a person sends: yes or no, and the headers of a request that AWS is asked with who signed it. Nobody but who has those credentials
 * can sign, and what is signed names the execution and the answer.
 */
export const ApprovalAnswer = z.strictObject({
  isApproved: z.boolean(),
  signed: z.record(z.string(), z.string()),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;

export const CheckAnswerInput = z.strictObject({ executionName: ExecutionName, answer: z.unknown() });
export const CheckAnswerOutput = z.strictObject({
  isApproved: z.boolean(),
  /** The ARN that answered, once AWS has said so. */
  person: z.nullable(z.string()),
  reason: z.string(),
});

export const ApplyRemedyInput = z.strictObject({
  executionName: ExecutionName,
  found: FoundRemedy,
  /** A call before this one has failed, or its answer was lost: it may have acted. */
  isRetry: z.boolean(),
});
export const ApplyRemedyOutput = z.strictObject({
  /** False: the precondition does not hold any more, and nothing was done. True, too, of what only a call before may have done. */
  isApplied: z.boolean(),
  reason: z.string(),
  appliedAt: z.iso.datetime(),
});

export const CheckAfterInput = z.strictObject({
  executionName: ExecutionName,
  found: FoundRemedy,
  appliedAt: z.iso.datetime(),
});
export const CheckAfterOutput = z.strictObject({
  isReached: z.boolean(),
  /** The time is over within which it has to be reached. */
  isOver: z.boolean(),
  /** It was left half done, and can be taken back. */
  isToUndo: z.boolean(),
  waitSeconds: z.int(),
  reason: z.string(),
});

export const UndoRemedyInput = z.strictObject({ executionName: ExecutionName, found: FoundRemedy });
export const UndoRemedyOutput = z.strictObject({ isUndone: z.boolean(), reason: z.string() });

export const RemedyOutcome = z.enum(['remedied', 'observed', 'refused', 'not remedied', 'ended']);
export type RemedyOutcome = z.infer<typeof RemedyOutcome>;

export const RecordRemedyInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
  change: z.nullable(AlarmChange),
  refusals: z.array(RemedyRefusal),
  found: z.nullable(FoundRemedy),
  claim: z.nullable(ClaimBudgetOutput),
  answer: z.nullable(CheckAnswerOutput),
  applied: z.nullable(ApplyRemedyOutput),
  after: z.nullable(CheckAfterOutput),
  undone: z.nullable(UndoRemedyOutput),
  failure: z.nullable(Failure),
});
export type RecordedFacts = z.infer<typeof RecordRemedyInput>;
export const RecordRemedyOutput = z.strictObject({
  outcome: RemedyOutcome,
  database: z.nullable(z.string()),
  /** Null: nobody needs to hear of it. */
  severity: z.nullable(Severity),
  summary: z.string(),
  recordKey: z.string(),
});
export type RecordRemedyOutput = z.infer<typeof RecordRemedyOutput>;

/** What one execution did, or would have done; written once. */
export const RemediationRecord = z.extend(RecordRemedyInput, {
  schemaVersion: z.literal(1),
  workflow: z.literal('remediation'),
  stage: z.string(),
  recordedAt: z.iso.datetime(),
  outcome: RemedyOutcome,
  summary: z.string(),
});
export type RemediationRecord = z.infer<typeof RemediationRecord>;
