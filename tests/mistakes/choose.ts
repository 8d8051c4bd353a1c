import type { Mistake } from './mistake.ts';

export type Wanted = {
  readonly area?: string | undefined;
  /** A part of a name. */
  readonly only?: string | undefined;
  readonly sample?: number | undefined;
  readonly seed?: number | undefined;
};

/** Those that are asked for, in their order; a sample is the same for the same seed and the same mistakes. */
export function choose(mistakes: readonly Mistake[], { area, only, sample, seed = 1 }: Wanted): readonly Mistake[] {
  const asked = mistakes.filter(
    (one) => (area === undefined || one.area === area) && (only === undefined || one.name.includes(only)),
  );
  if (sample === undefined) return asked;
  const next = numbersFrom(seed);
  const drawn = asked.map((mistake) => ({ mistake, order: next() })).sort((one, other) => one.order - other.order);
  const kept = new Set(drawn.slice(0, sample).map(({ mistake }) => mistake));
  return asked.filter((mistake) => kept.has(mistake));
}

/** Mulberry32. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
