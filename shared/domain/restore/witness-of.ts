import type { RestoreSource } from '../../contracts/verification.ts';
import type { Candidate } from './candidates.ts';
import type { Looked } from './paths.ts';

/** The run of backup-and-verify whose witness saw what is restored, or why the rows are held against none. */
export function witnessOf(
  backup: RestoreSource,
  candidates: Looked<readonly Candidate[]>,
): { readonly candidate: Candidate } | { readonly note: string } {
  if ('failed' in candidates) return { note: `the rows are held against no witness: ${candidates.failed}` };
  const candidate = candidates.found.find((one) =>
    backup.kind === 'snapshot' ? one.snapshotId === backup.snapshotId : isBracketed(one, backup.time),
  );
  if (candidate !== undefined) return { candidate };
  return {
    note:
      backup.kind === 'snapshot'
        ? `the rows are held against no witness: none of the newest ${candidates.found.length} runs of backup-and-verify has taken this snapshot`
        : 'the rows are held against no witness: no run of backup-and-verify saw the database at this moment',
  };
}

/** Behind the instant of its snapshot, and a second before S2; or at the moment that S1 is. */
function isBracketed({ createdAt, s2At, pause }: Candidate, time: string): boolean {
  if (pause?.at === time) return true;
  const at = Date.parse(time);
  return at >= createdAt.getTime() && at + 1000 <= s2At.getTime();
}
