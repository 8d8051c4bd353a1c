/** Seeded draws for generated bills: the same seed gives the same series on every computer. */
export type Draw = {
  /** From 0 up to, and never, 1. */
  unit(): number;
  between(low: number, high: number): number;
  /** Evenly over orders of magnitude. */
  logBetween(low: number, high: number): number;
  integer(first: number, last: number): number;
  chance(probability: number): boolean;
  of<T>(items: readonly [T, ...T[]]): T;
  normal(): number;
};

export function makeDraw(seed: number, ...stream: readonly number[]): Draw {
  let state = [seed, ...stream].reduce((mixed, part) => mix(mixed ^ Math.imul(part + 1, 0x9e3779b1)), 0x2545f491);
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state) / 4_294_967_296;
  };
  const between = (low: number, high: number) => low + unit() * (high - low);
  return {
    unit,
    between,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    integer: (first, last) => first + Math.floor(unit() * (last - first + 1)),
    chance: (probability) => unit() < probability,
    of: (items) => items[Math.floor(unit() * items.length)] ?? items[0],
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}

function mix(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
