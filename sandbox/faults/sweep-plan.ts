import { makeRandom } from '../demo/writers/random.ts';
import { type CallSite, keyOf } from './call-site.ts';
import { callKinds, type Fault, type FaultKind } from './fault.ts';

/** A call that a clean run made. `milliseconds`: how long the invoked function ran. */
export type CallPoint = {
  readonly call: string;
  readonly function: string;
  readonly nth: number;
  readonly milliseconds?: number | undefined;
};

/** A function that polls makes the same call as often as it takes; later rounds teach nothing new. */
const ROUNDS = 2;
const OFTEN = 6;

/** Collects the calls of one run, in their order. */
export class CallRecorder {
  readonly #seen: { call: string; function: string; nth: number }[] = [];

  note({ call, physicalName }: CallSite, nth: number): void {
    this.#seen.push({ call, function: keyOf(physicalName ?? ''), nth });
  }

  points(): CallPoint[] {
    const often = new Map<string, number>();
    for (const { call, function: name } of this.#seen) {
      often.set(`${name}/${call}`, (often.get(`${name}/${call}`) ?? 0) + 1);
    }
    return this.#seen.filter(
      ({ call, function: name, nth }) => nth <= ROUNDS || (often.get(`${name}/${call}`) ?? 0) <= OFTEN,
    );
  }
}

/** Every kind of fault at every call. Where a function is killed by the clock, the seed chooses the moment. */
export function planSweep(
  points: readonly CallPoint[],
  durations: ReadonlyMap<string, number>,
  seed: number,
  kinds: readonly FaultKind[] = callKinds,
): Fault[] {
  const random = makeRandom(seed);
  return points.flatMap((point) =>
    kinds.map((kind): Fault => {
      const { call, nth } = point;
      const fault = { call, function: point.function, nth, kind };
      return kind === 'kill-lambda' && call === 'lambda:Invoke'
        ? { ...fault, afterMilliseconds: random.between(0, Math.ceil(durations.get(point.function) ?? 50)) }
        : fault;
    }),
  );
}

/** `size` of them, chosen by the seed, in their order. */
export function sampleOf<T>(items: readonly T[], size: number, seed: number): T[] {
  const random = makeRandom(seed);
  const left = items.map((_, index) => index);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(size, items.length)) {
    const [index = 0] = left.splice(random.between(0, left.length - 1), 1);
    chosen.add(index);
  }
  return items.filter((_, index) => chosen.has(index));
}
