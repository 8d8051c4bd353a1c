import { type Tags, tagKeys } from '../resource/throw-away.ts';
import { whyNotOurBackup } from './retention.ts';

/** What a proof reports about a snapshot, as tags. Retention and the alarms count a snapshot as verified by them only. */
export function proofTags(proof: {
  readonly verdict: string;
  readonly verifiedAt: string;
  readonly evidenceKey: string;
}): Tags {
  return {
    [tagKeys.verdict]: proof.verdict,
    [tagKeys.verifiedAt]: proof.verifiedAt,
    [tagKeys.evidenceKey]: proof.evidenceKey,
  };
}

/** Why an execution must not report its verdict on a snapshot; undefined when it made that snapshot. */
export function whyNotProvenHere(
  snapshot: { readonly id: string; readonly tags: Tags },
  { executionName, database }: { readonly executionName: string; readonly database: string },
): string | undefined {
  const reason = whyNotOurBackup(snapshot);
  if (reason !== undefined) return reason;
  const { [tagKeys.execution]: execution, [tagKeys.database]: its } = snapshot.tags;
  if (its !== database) return `is of database '${its}', not of '${database}'`;
  if (execution !== executionName) return `belongs to execution '${execution ?? 'none'}', not to '${executionName}'`;
  return undefined;
}
