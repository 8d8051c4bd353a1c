import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is something else than undefined, or `milliseconds` of true time are over: then undefined.
 * A permanent failure is thrown by `ask` and ends the wait at once.
 */
export async function poll<T>(
  milliseconds: number,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) return undefined;
    await delay(15);
  }
}
