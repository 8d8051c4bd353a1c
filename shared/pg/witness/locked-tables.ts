import { setTimeout as delay } from 'node:timers/promises';
import { lockPatience, lockRetryPause } from '../../deadlines.ts';
import { coerceError } from '../../errors.ts';
import type { CallTime } from '../session/call-time.ts';

/**
 * Tables that somebody else had locked when they were to be read. Reading goes on elsewhere and comes back to them,
 * because most locks end in seconds; `lock_timeout` stays short all the while, so that nobody queues behind us.
 */
export type LockedTables = {
  /** Whether this pass has met a lock on it already: it is not waited for again before the next one. */
  has(oid: number): boolean;
  add(oid: number): void;
};

/** The SQLSTATE of `lock_timeout`, and of a deadlock that the server solved at our cost. */
export const isLockError = (thrown: unknown): boolean =>
  ['55P03', '40P01'].includes((coerceError(thrown) as { code?: string }).code ?? '');

/**
 * Runs `pass` again and again for what the passes before have met locked, for at most `patience` milliseconds since
 * the first. Answers the tables that are locked still; none when the call was over before.
 */
export async function comingBack(
  time: CallTime,
  pass: (locked: LockedTables) => Promise<void>,
  patience = lockPatience,
): Promise<ReadonlySet<number>> {
  let until: number | undefined;
  for (;;) {
    const met = new Set<number>();
    await pass({ has: (oid) => met.has(oid), add: (oid) => void met.add(oid) });
    if (met.size === 0) return met;
    until ??= performance.now() + patience;
    if (performance.now() >= until) return met;
    // What the call has no time for is asked by the next one.
    if (time.isOver() || time.left() < lockRetryPause) return new Set();
    await delay(lockRetryPause);
  }
}
