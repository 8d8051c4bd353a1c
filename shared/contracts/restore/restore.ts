import * as z from 'zod/mini';
import { ExecutionName, Failure, Phase } from '../common.ts';
import { WitnessBinding } from '../stored-object.ts';
import { Finding, RestorableMoment, RestoreSource, RungStatus } from '../verification.ts';
import { InstanceSettings } from './instance-settings.ts';
import { MergeObjectsOutput, Neighbour, SelectedObjects, TableDifference } from './selected-objects.ts';

const moment = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, 'a moment in UTC, as 2026-03-01T05:00:00.5Z'));

/** As pg_current_xact_id() prints it; one below 2^32 is the newest of these 32 bits. */
const TransactionId = z
  .string()
  .check(z.regex(/^[1-9]\d{0,18}$/, 'a transaction id, as "734" of pg_current_xact_id()'));

/** What gameday.mark() was called with. */
const MarkerName = z.string().check(z.minLength(1), z.maxLength(200));

/** Something in the source whose moment the source knows. */
export const SourceEvent = z.union([
  z.strictObject({ transaction: TransactionId }),
  z.strictObject({ marker: MarkerName }),
]);
export type SourceEvent = z.infer<typeof SourceEvent>;

/**
 * What is restored. `justBefore`: the last whole second that lies before the moment, the commit of the transaction, or the call
 * that made the marker; what it is before is not restored itself.
 */
export const WantedBackup = z.union([
  z.strictObject({ at: RestorableMoment }),
  z.strictObject({ justBefore: z.union([moment, SourceEvent]) }),
  z.strictObject({
    snapshot: z
      .string()
      .check(z.regex(/^[a-z](-?[a-z0-9])*$/, "the name of a snapshot, or 'newest'"), z.maxLength(255)),
  }),
]);
export type WantedBackup = z.infer<typeof WantedBackup>;

/**
 * What a person asks for. `plan`, which is what is meant when no mode is given, creates nothing. What lives in the region of the
 * restore and cannot be read of the source is said by `place`.
 */
export const RestoreRequest = z.strictObject({
  database: z.string(),
  from: WantedBackup,
  mode: z._default(z.enum(['plan', 'restore']), 'plan'),
  reason: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  /** Only these are brought back, into the live database; the restored instance is deleted afterwards. */
  objects: z.optional(SelectedObjects),
  place: z.optional(
    z.strictObject({
      instanceClass: z.optional(z.string().check(z.regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/))),
      subnetGroup: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
      securityGroupIds: z.optional(
        z.array(z.string().check(z.regex(/^sg-[a-z0-9-]+$/))).check(z.minLength(1), z.maxLength(16)),
      ),
      parameterGroup: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
    }),
  ),
});
export type RestoreRequest = z.infer<typeof RestoreRequest>;

/** Why nothing is restored, and what to do about it. */
export const RestoreRefusal = z.strictObject({ reason: z.string(), remedy: z.string() });
export type RestoreRefusal = z.infer<typeof RestoreRefusal>;

/** The run of backup-and-verify whose witness the restored rows are held against. */
export const RestoreWitness = z.strictObject({ key: z.string(), binding: WitnessBinding, evidenceKey: z.string() });

export const RestorePlan = z.strictObject({
  database: z.string(),
  isActed: z.boolean(),
  reason: z.nullable(z.string()),
  /** 1, and one more for each other moment that was asked for after an inspection. */
  attempt: z.int(),
  region: z.string(),
  sourceInstanceId: z.string(),
  /** As RDS reports it; null when there is none here. */
  sourceStatus: z.nullable(z.string()),
  /** Null when nothing that could be restored was found. */
  backup: z.nullable(RestoreSource),
  backupName: z.nullable(z.string()),
  /** The last moment that the restore brings back, as far as the backup says it. */
  newestMoment: z.nullable(z.string()),
  candidateId: z.string(),
  /** What the restored instance is to have. */
  settings: z.nullable(InstanceSettings),
  /** Null: there is none to hold the rows against. */
  witness: z.nullable(RestoreWitness),
  objects: z.nullable(SelectedObjects),
  closure: z.array(Neighbour),
  evidencePrefix: z.string(),
  price: z.strictObject({ currency: z.string(), day: z.nullable(z.number()), month: z.nullable(z.number()) }),
  /** A person allows it before anything is created. */
  needsApproval: z.boolean(),
  askSeconds: z.int(),
  inspectSeconds: z.int(),
  refusals: z.array(RestoreRefusal),
  /** What could not be looked at, and what will be otherwise than in the source. */
  notes: z.array(z.string()),
});
export type RestorePlan = z.infer<typeof RestorePlan>;

const execution = { executionName: ExecutionName, executionArn: z.string() };

/** `at`: another moment, asked for after an inspection. */
export const PlanRestoreInput = z.strictObject({
  executionName: ExecutionName,
  request: z.unknown(),
  attempt: z.int().check(z.gte(1)),
  at: z.nullable(RestorableMoment),
});
export const PlanRestoreOutput = z.strictObject({ plan: RestorePlan });

export const StartCandidateInput = z.strictObject({ executionName: ExecutionName, plan: RestorePlan });
export const StartCandidateOutput = z.strictObject({ instanceId: z.string() });

/** What looks at, changes or deletes the candidate finds it by the execution that made it, never by a name of its input. */
const ofCandidate = { executionName: ExecutionName, database: z.string(), attempt: z.int().check(z.gte(1)) };

export const CheckCandidateInput = z.strictObject(ofCandidate);
export const CheckCandidateOutput = z.strictObject({ isReady: z.boolean(), status: z.string() });

/** `left`: it differs, and nobody changes it here. `expected`: it is to differ until it is handed over. */
export const Difference = z.strictObject({
  setting: z.string(),
  source: z.string(),
  candidate: z.string(),
  kind: z.enum(['expected', 'left']),
  remedy: z.string(),
});
export type Difference = z.infer<typeof Difference>;

export const ApplyParityInput = z.strictObject({ ...ofCandidate, settings: InstanceSettings });
export const ApplyParityOutput = z.strictObject({
  /** Everything that can be made equal is, and the instance is available. */
  isReached: z.boolean(),
  status: z.string(),
  differences: z.array(Difference),
});

export const VerifyCandidateInput = z.strictObject({
  ...ofCandidate,
  backup: RestoreSource,
  evidencePrefix: z.string(),
});
export const VerifyCandidateOutput = z.strictObject({
  rungsKey: z.string(),
  statuses: z.record(z.string(), RungStatus),
  digests: z.record(z.string(), z.string()),
  endpoint: z.string(),
  /** Time of the newest heartbeat that came back; null when the database keeps none. */
  newestHeartbeatAt: z.nullable(z.string()),
  /** Of settings within the database: ALTER ROLE, ALTER DATABASE. */
  differences: z.array(Difference),
});

export const RestoreQuestion = z.enum(['approval', 'inspection', 'merge']);
export type RestoreQuestion = z.infer<typeof RestoreQuestion>;

export const RestoreDecision = z.enum(['approve', 'refuse', 'go-on', 'another-moment', 'give-up']);
export type RestoreDecision = z.infer<typeof RestoreDecision>;

const asked = {
  ...execution,
  question: RestoreQuestion,
  plan: RestorePlan,
  endpoint: z.nullable(z.string()),
  /** Of the rungs, by name. */
  statuses: z.record(z.string(), RungStatus),
  rows: z.array(TableDifference),
};
export const AskRestoreInput = z.strictObject({ ...asked, token: z.string(), seconds: z.int() });
/** What waits gets what the person sends in its place. */
export const AskRestoreOutput = z.strictObject({ answer: z.unknown() });

/** What waits for a person, in the bucket: by it `npm run approve` answers. */
export const WaitingRestore = z.strictObject({
  ...asked,
  kind: z.literal('restore'),
  schemaVersion: z.literal(1),
  token: z.string(),
  summary: z.string(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type WaitingRestore = z.infer<typeof WaitingRestore>;

/** What a person sends; what is signed names the execution, the decision and the moment. */
export const RestoreAnswer = z.strictObject({
  decision: RestoreDecision,
  at: z.nullable(RestorableMoment),
  signed: z.record(z.string(), z.string()),
});
export type RestoreAnswer = z.infer<typeof RestoreAnswer>;

export const CheckRestoreAnswerInput = z.strictObject({
  executionName: ExecutionName,
  question: RestoreQuestion,
  answer: z.unknown(),
});
export const CheckRestoreAnswerOutput = z.strictObject({
  /** Null: it is no answer of one who may give it, and is asked for again. */
  decision: z.nullable(RestoreDecision),
  at: z.nullable(RestorableMoment),
  /** The ARN that answered, once AWS has said so. */
  person: z.nullable(z.string()),
  reason: z.string(),
});
export type CheckRestoreAnswerOutput = z.infer<typeof CheckRestoreAnswerOutput>;

export const DeleteCandidateInput = z.strictObject(ofCandidate);
export const DeleteCandidateOutput = z.strictObject({ isGone: z.boolean(), status: z.string() });

export const HandOverCandidateInput = z.strictObject({ ...ofCandidate, settings: InstanceSettings });
export const HandOverCandidateOutput = z.strictObject({ instanceId: z.string(), endpoint: z.string() });

export const RecordRestoreInput = z.strictObject({
  ...execution,
  startedAt: z.iso.datetime(),
  request: z.unknown(),
  plan: z.nullable(RestorePlan),
  /** The restore was asked of RDS, so that there may be a candidate. */
  isStarted: z.boolean(),
  isDeleted: z.boolean(),
  differences: z.array(Difference),
  endpoint: z.nullable(z.string()),
  newestHeartbeatAt: z.nullable(z.string()),
  usableAt: z.nullable(z.iso.datetime()),
  rungsKeys: z.array(z.string()),
  digests: z.record(z.string(), z.string()),
  answers: z.array(CheckRestoreAnswerOutput),
  isHandedOver: z.boolean(),
  merge: z.nullable(MergeObjectsOutput),
  failure: z.nullable(Failure),
  deleteFailure: z.nullable(Failure),
  phases: z.array(Phase),
});
export type RecordRestoreInput = z.infer<typeof RecordRestoreInput>;

/**
 * `planned`: nothing was asked for but a plan. `refused`: nothing was created. `given up`: what was created is deleted. `kept`: it is
 * there, and nobody has taken it over. `not deleted`: it should be gone and is not. `handed over`. `merged`.
 */
export const RestoreResult = z.enum(['planned', 'refused', 'given up', 'kept', 'not deleted', 'handed over', 'merged']);
export type RestoreResult = z.infer<typeof RestoreResult>;

const RestoreSeverity = z.enum(['P1', 'P2', 'P4']);
export const RecordRestoreOutput = z.strictObject({
  database: z.nullable(z.string()),
  result: RestoreResult,
  severity: RestoreSeverity,
  summary: z.string(),
  /** What is left to a person, in order. */
  left: z.array(z.string()),
  recordKey: z.string(),
  reportKey: z.string(),
});
export type RecordRestoreOutput = z.infer<typeof RecordRestoreOutput>;

/** The record of one restore, as it is stored. */
export const RestoreRecord = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('restore'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  request: z.unknown(),
  database: z.nullable(z.string()),
  result: RestoreResult,
  severity: RestoreSeverity,
  summary: z.string(),
  left: z.array(z.string()),
  plan: z.nullable(RestorePlan),
  endpoint: z.nullable(z.string()),
  newestHeartbeatAt: z.nullable(z.string()),
  /** From the start of the execution until the restored database answered; null when it never did. */
  usableSeconds: z.nullable(z.number()),
  differences: z.array(Difference),
  merge: z.nullable(MergeObjectsOutput),
  rungs: z.array(z.strictObject({ name: z.string(), status: RungStatus, summary: z.string() })),
  findings: z.array(z.extend(Finding, { rung: z.string() })),
  /** Rungs that were stored and cannot be read, or were changed. */
  unread: z.nullable(Failure),
  answers: z.array(CheckRestoreAnswerOutput),
  failure: z.nullable(Failure),
  deleteFailure: z.nullable(Failure),
  phases: z.array(Phase),
});
export type RestoreRecord = z.infer<typeof RestoreRecord>;
