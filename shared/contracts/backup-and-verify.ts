import * as z from 'zod/mini';
import { ExecutionName, Failure, Phase, ProofReference } from './common.ts';
import { PlannedCost, RunCost } from './proof/proof-cost.ts';
import { ProofCounts } from './proof/proof-counts.ts';
import { Digests, ObjectDigest, WitnessBinding } from './stored-object.ts';
import { Finding, RungStatus, TableVerdict } from './verification.ts';
import { MissedPause, WriterPause } from './witness.ts';

export const PlanRunInput = z.strictObject({
  executionName: ExecutionName,
  /** The execution's input as the operator gave it: `{ "database": "fantasy" }`. */
  request: z.unknown(),
  startedAt: z.iso.datetime(),
  /** A second attempt is planned again: what the first one cost comes on top. */
  attempt: z.int().check(z.gte(1), z.lte(2)),
  phases: z.array(Phase),
});
export const PlanRunOutput = z.strictObject({
  database: z.string(),
  sourceInstanceId: z.string(),
  evidencePrefix: z.string(),
  /** Where the snapshot is taken, and proven when its copy is not. */
  region: z.string(),
  /** Where the snapshot is copied to, and with which key; null where the stage has one region. */
  copyTo: z.nullable(z.strictObject({ region: z.string(), kmsKeyId: z.string() })),
  cost: PlannedCost,
  /** Whether the copy is restored instead of the snapshot, when it is there. */
  provesCopy: z.boolean(),
});
/**
 * What an operator types to start the workflow. A schedule says so, and only what it starts is held to the caps on money.
 * `prove` overrides what `dr.proofs` of the stage says.
 */
export const RunRequest = z.strictObject({
  database: z.string(),
  startedBy: z.optional(z.literal('schedule')),
  prove: z.optional(z.enum(['original', 'copy'])),
});

/** What a state machine makes of an input that is too long to be carried along. */
export const TooLongRequest = z.strictObject({
  tooLong: z.int(),
  most: z._default(z.int(), 8192),
  begins: z.optional(z.string()),
});

export const TakeWitnessInput = z.strictObject({
  executionName: ExecutionName,
  database: z.string(),
  sourceInstanceId: z.string(),
  evidencePrefix: z.string(),
  attempt: z.int().check(z.gte(1), z.lte(2)),
  /** Which call of this attempt it is, from 1: a call whose time is over leaves the rest to the next one. */
  part: z.int().check(z.gte(1)),
  /** Of what earlier calls have left. */
  digests: Digests,
});
export const StoredWitness = z.extend(WitnessBinding, { snapshotId: z.string(), witnessKey: z.string() });
export type StoredWitness = z.infer<typeof StoredWitness>;
/** `witness` is null when there is another part. */
export const TakeWitnessOutput = z.strictObject({ witness: z.nullable(StoredWitness), digests: Digests });

export const CheckSnapshotInput = z.strictObject({ snapshotId: z.string() });
export const CheckSnapshotOutput = z.strictObject({ ready: z.boolean(), status: z.string(), percent: z.number() });

export const CopySnapshotInput = z.strictObject({
  executionName: ExecutionName,
  snapshotId: z.string(),
  /** Goes with the snapshot: without it a copy can be restored, and not be proven. */
  witnessKey: z.string(),
  sourceInstanceId: z.string(),
  region: z.string(),
  kmsKeyId: z.string(),
});
export const CopySnapshotOutput = z.strictObject({
  ready: z.boolean(),
  /** As RDS reports it, or `queued`: as many copies as RDS makes at once are on their way to that region. */
  status: z.string(),
  percent: z.number(),
});

export const RecordEvidenceInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  startedAt: z.string(),
  request: z.unknown(),
  plan: z.nullable(PlanRunOutput),
  attempt: z.int(),
  witness: z.nullable(StoredWitness),
  proof: z.nullable(ProofReference),
  rungsKeys: z.array(z.string()),
  /** Of the rungs, and of everything else that the tasks have left to one another. */
  digests: Digests,
  phases: z.array(Phase),
  failure: z.nullable(Failure),
  cleanUpFailure: z.nullable(Failure),
  /** The second region, when it has a copy of the snapshot. */
  copiedTo: z.nullable(z.string()),
  copyFailure: z.nullable(Failure),
});

export const Verdict = z.enum(['exact', 'bounded', 'unbracketed', 'failed']);
export type Verdict = z.infer<typeof Verdict>;

/** Where the run stands in its database's chain of evidence; who keeps the SHA-256 can prove later what the chain was. */
export const ChainPlace = z.strictObject({ key: z.string(), sequence: z.int(), sha256: z.string() });
export type ChainPlace = z.infer<typeof ChainPlace>;

/** Whose fault it is that a backup is not proven, and what to do: the same words in every message. */
export const Blame = z.strictObject({
  blamed: z.enum(['the backup', 'the source', 'the environment', 'ours']),
  severity: z.enum(['P1', 'P2']),
  remedy: z.string(),
});

export const RecordEvidenceOutput = z.strictObject({
  verdict: Verdict,
  summary: z.string(),
  blame: z.nullable(Blame),
  evidenceKey: z.string(),
  reportKey: z.string(),
  chain: z.nullable(ChainPlace),
  /** How many warnings the evidence has. */
  warnings: z.int(),
});

export const TagSnapshotInput = z.strictObject({
  executionName: ExecutionName,
  database: z.string(),
  snapshotId: z.string(),
  /** Where the snapshot was taken. */
  region: z.string(),
  /** Where it, or its copy, was restored: each region counts its own. */
  provenIn: z.string(),
  verdict: Verdict,
  verifiedAt: z.iso.datetime(),
  evidenceKey: z.string(),
  /** The region that has a copy of it. */
  copiedTo: z.nullable(z.string()),
});
export const TagSnapshotOutput = z.strictObject({ snapshotId: z.string() });

/** The evidence of one run, as it is stored. */
export const Evidence = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('backup-and-verify'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  request: z.unknown(),
  database: z.nullable(z.string()),
  /** The newest record of the chain before this evidence was stored: its own comes later. Null before there were chains. */
  chainedAfter: z._default(z.nullable(z.int()), null),
  source: z.nullable(
    z.strictObject({
      instance: z.string(),
      database: z.string(),
      serverVersion: z.string(),
      systemIdentifier: z.string(),
      tables: z.int(),
      rows: z.string(),
      bytes: z.number(),
    }),
  ),
  snapshot: z.nullable(
    z.strictObject({
      id: z.string(),
      createdAt: z.string(),
      s1At: z.string(),
      s2At: z.string(),
      /** The newest heartbeat that the copy holds: the point that the backup preserves. */
      newestHeartbeatAt: z.nullable(z.string()),
      attempt: z.int(),
      /** Absent where operations.yml wants no pause of the writers. */
      pause: z.optional(z.union([WriterPause, MissedPause])),
    }),
  ),
  /** Which snapshot was restored, and in which region; evidence from before there were two regions does not report. */
  proof: z._default(z.nullable(ProofReference), null),
  verdict: Verdict,
  summary: z.string(),
  rungs: z.array(
    z.strictObject({
      name: z.string(),
      status: z.union([RungStatus, z.literal('not run')]),
      summary: z.string(),
      findings: z.array(Finding),
    }),
  ),
  tables: z.array(TableVerdict),
  /** Of a copy on a laptop (`npm start -- --from`): what of the original did not arrive in the source. */
  loading: z.optional(z.array(Finding)),
  failure: z.nullable(Failure),
  cleanUpFailure: z.nullable(Failure),
  /** The second region, when it has a copy of the snapshot; evidence from before there were copies does not report. */
  copiedTo: z._default(z.nullable(z.string()), null),
  copyFailure: z._default(z.nullable(Failure), null),
  phases: z.array(Phase),
  /** What of the database is proven; evidence from before it was counted does not report. */
  counts: z._default(z.nullable(ProofCounts), null),
  /** What became of rows and bytes since the proof before, the first of them; it takes nothing from the verdict. */
  warnings: z._default(z.array(z.strictObject({ object: z.string(), problem: z.string() })), []),
  /** What the run stored on its way; evidence from before it was bound does not report. */
  objects: z._default(z.array(ObjectDigest), []),
  /** Evidence from before drills were priced, and of runs that could not be planned, does not report. */
  cost: z._default(z.nullable(RunCost), null),
});
export type Evidence = z.infer<typeof Evidence>;
