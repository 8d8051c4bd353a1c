import type { RetentionRecord } from '../../contracts/retention.ts';

/** What retention came to, in a line and in counts. */
export function assessRetention({ deletions, failure }: RetentionRecord) {
  const failed = deletions.filter(({ error }) => error !== null).length;
  const deleted = deletions.filter((deletion) => deletion.deleted).length;
  const kept = deletions.length - deleted - failed;
  return {
    summary:
      failure === null
        ? `${deleted} of ${deletions.length} planned snapshots deleted, ${kept} kept after all, ${failed} failed`
        : `retention failed in ${failure.state}: ${failure.error}`,
    isComplete: failure === null && failed === 0,
    counts: { deleted, failed: failed + (failure === null ? 0 : 1) },
  };
}
