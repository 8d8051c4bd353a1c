import type { Evidence } from '../../contracts/backup-and-verify.ts';
import type { TrialPause } from '../../contracts/restore-test.ts';
import { isTaken } from '../backup/pause.ts';

/** A run of backup-and-verify whose witness a restored copy can be held against, whatever its verdict was. */
export type Candidate = {
  readonly evidenceKey: string;
  readonly snapshotId: string;
  readonly createdAt: Date;
  readonly s2At: Date;
  /** The writers paused, and S1 is this moment; null where they did not. */
  readonly pause: TrialPause | null;
  readonly witnessKey: string;
  readonly witnessSha256: string;
  /** The region that has a copy of snapshot and witness. */
  readonly copiedTo: string | null;
  readonly sourceBytes: number;
};

/** Undefined of a run that took no snapshot, or from before runs bound what they stored. */
export function candidateOf(
  evidenceKey: string,
  { snapshot, source, objects, copiedTo }: Evidence,
): Candidate | undefined {
  if (snapshot === null || source === null) return undefined;
  const witness = objects.find(({ key }) => key.endsWith(`/witness-${snapshot.attempt}.json.gz`));
  if (witness === undefined) return undefined;
  const { pause } = snapshot;
  return {
    evidenceKey,
    snapshotId: snapshot.id,
    createdAt: new Date(snapshot.createdAt),
    s2At: new Date(snapshot.s2At),
    pause: isTaken(pause) ? { at: pause.at, milliseconds: pause.milliseconds } : null,
    witnessKey: witness.key,
    witnessSha256: witness.sha256,
    copiedTo,
    sourceBytes: source.bytes,
  };
}
