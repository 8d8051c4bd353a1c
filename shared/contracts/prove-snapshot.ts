import * as z from 'zod/mini';
import { Failure, Phase, ProofReference } from './common.ts';
import { Digests, WitnessBinding } from './stored-object.ts';
import { BracketPosition, RestoreSource, RungStatus } from './verification.ts';

/** The input of an execution of prove-snapshot. Backup, witness and evidence are in the region where it runs. */
export const ProveSnapshotInput = z.strictObject({
  database: z.string(),
  backup: RestoreSource,
  witnessKey: z.string(),
  witness: WitnessBinding,
  /** Below it the rungs are stored. */
  evidencePrefix: z.string(),
  attempt: z.int(),
  /** False: a copy from outside the bracket is not looked at any further, because another one follows. */
  isLastAttempt: z.boolean(),
});
export type ProveSnapshotInput = z.infer<typeof ProveSnapshotInput>;

/** The output of an execution of prove-snapshot, whatever it found. */
export const ProveSnapshotOutput = z.strictObject({
  rungsKeys: z.array(z.string()),
  /** Of the rungs, and of what its tasks have left to one another. */
  digests: Digests,
  /** By the rung's name, of those that were climbed: what is not `passed` here is not proven. */
  statuses: z.record(z.string(), RungStatus),
  bracket: z.nullable(BracketPosition),
  phases: z.array(Phase),
  failure: z.nullable(Failure),
  cleanUpFailure: z.nullable(Failure),
});
export type ProveSnapshotOutput = z.infer<typeof ProveSnapshotOutput>;

export const StartProofInput = z.extend(ProveSnapshotInput, {
  /** Of the workflow that wants the proof: the proof's own name is derived from it. */
  executionName: z.string(),
  /** Where the backup is. */
  region: z.string(),
});
/** A moment is no snapshot. */
export const StartProofOutput = z.extend(ProofReference, { snapshotId: z.nullable(z.string()) });

export const CheckProofInput = z.strictObject({ executionArn: z.string(), region: z.string() });
export const CheckProofOutput = z.strictObject({
  ended: z.boolean(),
  status: z.string(),
  /** Null while it runs, and when it ended without saying anything: aborted, timed out, failed. */
  result: z.nullable(ProveSnapshotOutput),
  /** Why there is no result, as far as Step Functions knows. */
  cause: z.string(),
});
