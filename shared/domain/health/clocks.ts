import type { ClockSample } from '../../contracts/collect-health.ts';

const kept = 62 * 60_000;
const most = 70;

export const withClock = (clocks: readonly ClockSample[], added: ClockSample): ClockSample[] =>
  [...clocks.filter(({ at }) => at < added.at && at > added.at - kept), added].slice(-most);

/**
 * Seconds since something began that the server has dated by its own clock, in seconds since 1970. A clock that was set
 * forward makes nothing older: what began before, began by the clock of then; set back, it began not in the future. `clocks`
 * are in the order of time, the newest one is of this pass.
 */
export function secondsSince(clocks: readonly ClockSample[], began: number): number {
  const newest = clocks.at(-1);
  if (newest === undefined) return 0;
  const at = ({ at, server }: ClockSample) => began * 1000 - (server - at);
  const then = clocks.findLast((one) => one.server <= began * 1000 && at(one) <= newest.at) ?? clocks[0] ?? newest;
  return Math.max(0, (newest.at - at(then)) / 1000);
}
