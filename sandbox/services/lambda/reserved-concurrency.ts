import type { LambdaFunction } from './function.ts';

/** A function with a reserved concurrency runs so many invocations at once, and no more. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
}

/** Counts what runs of each function, and refuses what is too much. */
export function makeReservedConcurrency() {
  const running = new Map<string, number>();
  return async <T>(fn: LambdaFunction, work: () => Promise<T>): Promise<T> => {
    const now = running.get(fn.arn) ?? 0;
    if (fn.reservedConcurrency !== undefined && now >= fn.reservedConcurrency) {
      throw new Throttled(`function '${fn.name}' runs ${now} times, ${fn.reservedConcurrency} are reserved for it`);
    }
    running.set(fn.arn, now + 1);
    try {
      return await work();
    } finally {
      running.set(fn.arn, (running.get(fn.arn) ?? 1) - 1);
    }
  };
}
