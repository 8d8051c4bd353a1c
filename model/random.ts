/** Numbers that one seed always gives again (mulberry32). */
export type Random = {
  /** From 0 up to, and without, 1. */
  next(): number;
  between(least: number, most: number): number;
  whole(least: number, most: number): number;
  chance(share: number): boolean;
  /** Often one of the ends. */
  extreme(least: number, most: number): number;
  pick<T>(of: readonly T[]): T;
};

export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number) => least + next() * (most - least);
  return {
    next,
    between,
    extreme: (least, most) => (next() < 0.5 ? (next() < 0.5 ? least : most) : between(least, most)),
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (share) => next() < share,
    pick<T>(of: readonly T[]): T {
      const picked = of[Math.floor(next() * of.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
  };
}
