import type { SweepRecord } from '../../contracts/sweep-leftovers.ts';

/** What the sweep came to, in a line and in counts; null where it did not find out how many there are. */
export function assessSweep({ removals, suspects, failure }: SweepRecord) {
  const undone = removals.filter(({ error }) => error !== null);
  const names = suspects.map(({ instanceId, reason }) => `'${instanceId}' ${reason}`).join('; ');
  return {
    summary:
      failure === null
        ? `${removals.length} left-overs found, ${removals.length - undone.length} removed, ${suspects.length} suspect` +
          (names === '' ? '' : `: ${names}`)
        : `the sweep failed in ${failure.state}: ${failure.error}`,
    isComplete: failure === null && undone.length === 0 && suspects.length === 0,
    counts: failure === null ? { expired: removals.length, suspects: suspects.length } : null,
  };
}
