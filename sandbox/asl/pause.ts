import type { Clock } from '../clock.ts';

/** Node's timers hold at most 2^31-1 ms and fire at once beyond: a long wait is made of shorter ones. */
const longestTimer = 2 ** 30;

export async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const longest = longestTimer * clock.speed;
  for (let rest = milliseconds; rest > 0; rest -= longest) {
    await clock.wait(Math.min(rest, longest), signal);
  }
  signal.throwIfAborted();
}

/**
 * Runs `work` with a signal that also fires after `milliseconds` of sandbox time, with `makeReason()` as its reason.
 * When the work ends, its timer ends; when the signal fires, the promise settles even if the work ignores the signal.
 */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number | undefined,
  outer: AbortSignal,
  makeReason: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = new AbortController();
  const forward = () => controller.abort(outer.reason);
  outer.addEventListener('abort', forward, { once: true });
  if (outer.aborted) {
    forward();
  }
  if (milliseconds !== undefined) {
    pause(clock, milliseconds, timer.signal).then(
      () => controller.abort(makeReason()),
      () => {},
    );
  }
  try {
    return await untilAborted(work(controller.signal), controller.signal);
  } finally {
    timer.abort();
    outer.removeEventListener('abort', forward);
  }
}

/** The promise's outcome, or the signal's reason when that comes first. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    promise.catch(() => {});
  }
}
