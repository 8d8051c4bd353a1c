/** What a replica has of the row of the lease. Milliseconds by the clock of its primary. */
type CopiedLease = { readonly mode: string; readonly deadManAt: number };

/** pg_cron calls the dead-man every 5 s: a minute without it is a dead one. */
const deadManSilent = 60_000;

/**
 * Whether the primary keeps its applications out by itself when its lease is over: it was enforced, and its dead-man lived when the
 * last transaction came over. Both times are of the primary's own clock.
 */
export function isSelfFencing(copied: CopiedLease | undefined, lastCommitAt: string | null): boolean {
  if (copied === undefined || lastCommitAt === null || copied.mode !== 'enforce' || copied.deadManAt <= 0) return false;
  return Math.abs(Date.parse(lastCommitAt) - copied.deadManAt) <= deadManSilent;
}
