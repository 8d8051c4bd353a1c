import { setTimeout } from 'node:timers/promises';
import type { Probe } from '../contracts/failover-drill/failover-drill.ts';
import { failoverProbeEvery } from '../deadlines.ts';
import { isOver, steadyProbes } from '../domain/dr/outage.ts';

/** Between two tries, in real time. */
export const rest = (milliseconds: number): Promise<unknown> => setTimeout(milliseconds);

/** Tries of a client, twice a second whether the one before has ended or not, in the order in which they ended. */
export function watchClient(
  tryOnce: (acknowledged: number | null) => Promise<Probe>,
  { pause, now }: { readonly pause: (milliseconds: number) => Promise<unknown>; readonly now: () => number },
) {
  const probes: Probe[] = [];
  const under: Promise<void>[] = [];
  let acknowledged: number | null = null;
  let stopped = false;
  const next = async () => {
    const made = await tryOnce(acknowledged);
    probes.push(made);
    if (made.reached === 'wrote') acknowledged = Math.max(acknowledged ?? 0, made.at);
  };
  const loop = (async () => {
    while (!stopped) {
      under.push(next());
      await pause(failoverProbeEvery);
    }
  })();
  const until = async (isReached: () => boolean, deadline: number): Promise<void> => {
    while (!isReached() && now() < deadline) await pause(failoverProbeEvery / 2);
  };
  return {
    probes,
    /** Whether it writes as if nothing were wrong. */
    settled: (deadline: number) =>
      until(() => probes.length >= steadyProbes && probes.every(({ reached }) => reached === 'wrote'), deadline),
    /** Until it was cut off and has come back, or the time is up. */
    isBack: (deadline: number) => until(() => isOver(probes), deadline),
    stop: async () => {
      stopped = true;
      await loop;
      await Promise.allSettled(under);
    },
  };
}
