import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a predicate, and fails after a bound that no healthy run reaches. */
export async function waitUntil(
  what: string,
  predicate: () => boolean | Promise<boolean>,
  boundMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (!(await predicate())) {
    if (Date.now() > deadline) {
      throw new Error(`${what}: not after ${boundMs} ms`);
    }
    await delay(10);
  }
}
