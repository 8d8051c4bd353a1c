import type { Beat } from '../../contracts/collect-health.ts';

const most = 70;

export const withBeat = (beats: readonly Beat[], added: Beat): Beat[] =>
  [...beats.filter(({ beat, at }) => beat < added.beat && at <= added.at), added].slice(-most);

/**
 * Seconds that a replica is behind, by the heartbeat: the age of the oldest beat that it has not got. A primary that is idle
 * still beats, and a receiver that is dead, stopped or in conflict gets none; positions in the log say neither. Beats are a
 * minute apart, so it is at most that much more. `seen` is the newest beat on the replica, undefined when it has none.
 */
export function replicationLag(beats: readonly Beat[], seen: number | undefined, now: number): number | undefined {
  const newest = beats.at(-1);
  if (newest === undefined) return undefined;
  const missing = beats.find(({ beat }) => beat > (seen ?? Number.NEGATIVE_INFINITY));
  return missing === undefined ? 0 : Math.max(0, (now - missing.at) / 1000);
}
