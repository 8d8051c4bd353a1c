import type { ClockSample } from '../../contracts/collect-health.ts';
import { secondsSince } from './clocks.ts';
import type { SlotReading } from './reading.ts';

/** An active slot of an idle publication retains, too: 19 GB were seen. */
export const retainedBytes = (slots: readonly SlotReading[]): number =>
  Math.max(0, ...slots.map(({ retainedBytes }) => retainedBytes ?? 0));

/** Slots whose log is gone, or goes at the next checkpoint: their consumer has to begin anew. */
export const lostSlots = (slots: readonly SlotReading[]): number =>
  slots.filter(({ walStatus }) => walStatus === 'lost' || walStatus === 'unreserved').length;

/**
 * Since when each slot has had no consumer, in milliseconds by the collector's clock: as the server says it, or since a
 * pass has first seen it so. A slot that was just made is young by either.
 */
export function inactiveSlots(
  slots: readonly SlotReading[],
  before: Readonly<Record<string, number>>,
  clocks: readonly ClockSample[],
  now: number,
): Record<string, number> {
  return Object.fromEntries(
    slots
      .filter(({ isActive, isTemporary, isSynced }) => !isActive && !isTemporary && !isSynced)
      .map(({ name, inactiveSince }) => [
        name,
        inactiveSince === null ? (before[name] ?? now) : now - 1000 * secondsSince(clocks, inactiveSince),
      ]),
  );
}

export const longestInactive = (since: Readonly<Record<string, number>>, now: number): number =>
  Math.max(0, ...Object.values(since).map((at) => (now - at) / 1000));
