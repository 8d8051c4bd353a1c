/** Why an inner walk was ended by its state and not by the execution: another branch or iteration failed. */
export class SiblingFailed extends Error {
  override readonly name = 'SiblingFailed';
}

/**
 * Runs `count` pieces of work, at most `limit` at a time, in order. The first rejection aborts the others; the promise
 * settles when all have settled, so that nothing runs on behind a failed Parallel or Map state.
 */
export async function runTogether(
  count: number,
  limit: number,
  outer: AbortSignal,
  work: (index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([outer, siblings.signal]);
  let next = 0;
  let failure: { readonly thrown: unknown } | undefined;
  const worker = async () => {
    while (next < count && !signal.aborted) {
      const index = next;
      next += 1;
      try {
        await work(index, signal);
      } catch (thrown) {
        failure ??= { thrown };
        siblings.abort(new SiblingFailed('another branch or iteration failed'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
  outer.throwIfAborted();
  if (failure !== undefined) {
    throw failure.thrown;
  }
}
