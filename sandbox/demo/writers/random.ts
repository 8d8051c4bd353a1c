/** A seeded generator (mulberry32): a writer makes the same choices in every run with the same seed. */
export type Random = {
  /** An integer from `first` to `last`, both included. */
  between(first: number, last: number): number;
  chance(probability: number): boolean;
  of<T>(items: readonly [T, ...T[]]): T;
};

export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    between: (first, last) => first + Math.floor(next() * (last - first + 1)),
    chance: (probability) => next() < probability,
    of: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
