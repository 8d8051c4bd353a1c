import * as z from 'zod/mini';
import { Digests, WitnessBinding } from './stored-object.ts';

/** How one rung of the ladder ended. `gap`: something named could not be proven; `failed`: something is wrong. */
export const RungStatus = z.enum(['passed', 'gap', 'failed']);
export type RungStatus = z.infer<typeof RungStatus>;

/**
 * One thing that a rung found, by the name of the table or object. `note`: worth knowing, takes nothing from the
 * verdict about the rows.
 */
export const Finding = z.strictObject({
  object: z.string(),
  status: z.enum(['note', 'gap', 'failed']),
  problem: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** How one table came out. Counts are rows (proof-counts.ts says of when); they are decimal strings, because a table may have more than 2^53. */
export const TableVerdict = z.strictObject({
  table: z.string(),
  status: z.enum(['proven', 'unverifiable', 'failed']),
  rows: z.string(),
  bytes: z.number(),
  /** Rows proven one by one, because they were touched between S1 and S2. */
  matchedRows: z.number(),
  /** Row versions born and killed between S1 and S2, or whose fate the witness cannot report; of a table that could not be proven, all. */
  unverifiableRows: z.number(),
  /** The source had it neither at S1 nor at S2: it is named, and no share of what the source has. */
  onlyInCopy: z.optional(z.literal(true)),
  reason: z.optional(z.string()),
});
export type TableVerdict = z.infer<typeof TableVerdict>;

export const RungName = z.enum([
  'reachable',
  'identity',
  'version',
  'parameters',
  'extensions',
  'bracket',
  'schema',
  'sequences',
  'tables',
  'structure',
  'assertions',
]);
export type RungName = z.infer<typeof RungName>;
export const ladder: readonly RungName[] = RungName.options;

export const Rung = z.strictObject({
  name: RungName,
  status: RungStatus,
  summary: z.string(),
  findings: z.array(Finding),
});
export type Rung = z.infer<typeof Rung>;

/** What a verifying task stores under `rungsKey`: its rungs whole. The state machine carries only the key. */
export const RungReport = z.strictObject({
  rungs: z.array(Rung),
  tables: z.optional(z.array(TableVerdict)),
  /** Time of the newest heartbeat in the copy: the point that the backup preserves. */
  newestHeartbeatAt: z.optional(z.nullable(z.string())),
});
export type RungReport = z.infer<typeof RungReport>;

/** The copy under test and the witness that it is held against. */
export const VerificationInput = z.strictObject({
  database: z.string(),
  instanceId: z.string(),
  witnessKey: z.string(),
  witness: WitnessBinding,
  evidencePrefix: z.string(),
});
export type VerificationInput = z.infer<typeof VerificationInput>;

export const VerificationOutput = z.strictObject({
  rungsKey: z.string(),
  statuses: z.record(z.string(), RungStatus),
  /** Of what the task has stored: its rungs, or what it leaves to the next call. */
  digests: Digests,
});
export type VerificationOutput = z.infer<typeof VerificationOutput>;

/** `before`: the snapshot lies before S1; `after`: not before S2. Both want another attempt. */
export const BracketPosition = z.enum(['inside', 'before', 'after', 'foreign']);

/** A snapshot of ours, in the region where it is restored. */
export const SnapshotSource = z.strictObject({ kind: z.literal('snapshot'), snapshotId: z.string() });

/** RDS restores to whole seconds. `latest`: the last one that its archive reaches. */
export const RestorableMoment = z.union([
  z.literal('latest'),
  z
    .string()
    .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a whole second in UTC, as 2026-03-01T05:00:00Z, or latest')),
]);

/** A moment of the database's own instance, in the region where that is. */
export const MomentSource = z.strictObject({ kind: z.literal('moment'), time: RestorableMoment });

/** A moment of automated backups that are replicated from another region to the one where it is restored. */
export const ReplicatedMomentSource = z.strictObject({
  kind: z.literal('replicated-moment'),
  /** Of the region where it is restored: `arn:aws:rds:us-west-2:123456789012:auto-backup:ab-…`. */
  automatedBackupArn: z.string().check(z.regex(/^arn:[^:]+:rds:[^:]+:\d{12}:auto-backup:[a-z0-9-]+$/)),
  time: RestorableMoment,
});

/** What a throw-away copy is restored from. */
export const RestoreSource = z.discriminatedUnion('kind', [SnapshotSource, MomentSource, ReplicatedMomentSource]);
export type RestoreSource = z.infer<typeof RestoreSource>;

/** `backup`: what the copy was restored from. */
export const VerifyServerInput = z.extend(VerificationInput, { backup: RestoreSource });
export const VerifyServerOutput = z.extend(VerificationOutput, { bracket: BracketPosition });
export const VerifySchemaInput = VerificationInput;
export const VerifySchemaOutput = VerificationOutput;
/** `part`: which call it is, from 1; a call whose time is over leaves the rest to the next one, and its key is null. */
export const VerificationInPartsInput = z.extend(VerificationInput, {
  part: z.int().check(z.gte(1)),
  /** Of what earlier calls have left. */
  digests: Digests,
});
export const VerificationInPartsOutput = z.extend(VerificationOutput, { rungsKey: z.nullable(z.string()) });
/** `backup`: a moment at which the writers paused is compared with S1 alone. */
export const VerifyTablesInput = z.extend(VerificationInPartsInput, { backup: RestoreSource });
export const VerifyTablesOutput = VerificationInPartsOutput;
export const VerifyStructureInput = VerificationInPartsInput;
export const VerifyStructureOutput = VerificationInPartsOutput;
export const VerifyAssertionsInput = VerificationInput;
export const VerifyAssertionsOutput = VerificationOutput;
