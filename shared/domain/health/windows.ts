import type { CounterSample } from '../../contracts/collect-health.ts';

/** The longest window that a rate looks back over, and a pass more. Milliseconds. */
const kept = 62 * 60_000;
/** Passes of that time, and some that were repeated. */
const most = 70;

/** Samples in the order of time, without what is too old, and without what a collector's clock has dated into the future. */
export const withSample = (samples: readonly CounterSample[], added: CounterSample): CounterSample[] =>
  [...samples.filter(({ at }) => at < added.at && at > added.at - kept), added]
    .sort((one, other) => one.at - other.at)
    .slice(-most);

/**
 * By how much a counter has grown within the window that ends with the newest sample. Between two samples of different
 * epochs, or where it has gone down, nobody knows: such a step counts nothing and takes no time. Undefined when no step is
 * left: a first pass, or the first one after a restart.
 */
export function increaseWithin(
  samples: readonly CounterSample[],
  counter: string,
  window: number,
): { readonly increase: number; readonly milliseconds: number } | undefined {
  const newest = samples.at(-1);
  if (newest === undefined) return undefined;
  let [increase, milliseconds, steps] = [0, 0, 0];
  for (const [index, after] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined || before.at < newest.at - window) continue;
    const [from, to] = [before.counters[counter], after.counters[counter]];
    if (from === undefined || to === undefined || before.epoch !== after.epoch || to < from) continue;
    increase += to - from;
    milliseconds += after.at - before.at;
    steps += 1;
  }
  return steps === 0 ? undefined : { increase, milliseconds };
}

/** Below it a share says nothing: 50 blocks after a restart are all read. */
export type HitRule = { readonly window: number; readonly leastBlocks: number };

/** Percent of the blocks that were found in the buffers; undefined when there were too few, or nobody knows. */
export function cacheHitPercent(samples: readonly CounterSample[], rule: HitRule): number | undefined {
  const hit = increaseWithin(samples, 'blocksHit', rule.window);
  const read = increaseWithin(samples, 'blocksRead', rule.window);
  if (hit === undefined || read === undefined) return undefined;
  const blocks = hit.increase + read.increase;
  return blocks < rule.leastBlocks ? undefined : (100 * hit.increase) / blocks;
}
