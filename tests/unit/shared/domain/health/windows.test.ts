import assert from 'node:assert/strict';
import type { CounterSample } from '../../../../../shared/contracts/collect-health.ts';
import { cacheHitPercent, increaseWithin, withSample } from '../../../../../shared/domain/health/windows.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const sample = (minute: number, deadlocks: number, epoch = 'one'): CounterSample => ({
  at: minute * MINUTE,
  epoch,
  counters: { deadlocks },
});
const increase = (samples: readonly CounterSample[], window = HOUR) =>
  increaseWithin(samples, 'deadlocks', window)?.increase;

describe('a counter over a window', () => {
  test('grows by what was added within it, and not by what it had before', () => {
    const samples = [sample(0, 1_000_000), sample(1, 1_000_000), sample(2, 1_000_003), sample(70, 1_000_004)];
    assert.equal(increase(samples.slice(0, 3)), 3);
    assert.equal(increase(samples), undefined, 'the only step of the last hour began before it');
  });

  test('is not known by one sample', () => assert.equal(increase([sample(0, 7)]), undefined));

  for (const [what, samples, expected] of [
    ['a reset of the statistics', [sample(0, 900), sample(1, 901), sample(2, 0, 'reset'), sample(3, 2, 'reset')], 3],
    ['a restart that loses them', [sample(0, 900), sample(1, 5, 'restarted')], undefined],
    ['another server that has counted more', [sample(0, 5), sample(1, 1_000_000, 'another')], undefined],
    ['a counter that goes down by itself', [sample(0, 900), sample(1, 10), sample(2, 12)], 2],
  ] as const) {
    test(`makes no spike of ${what}`, () => assert.equal(increase(samples), expected));
  }

  test('is kept for an hour and a pass more, in the order of time', () => {
    let samples: CounterSample[] = [];
    for (let minute = 0; minute < 200; minute += 1) samples = withSample(samples, sample(minute, minute));
    assert.deepEqual([samples.length, samples[0]?.at, increase(samples)], [62, 138 * MINUTE, 60]);
  });

  test('loses the samples that lie in the future when the clock of the collector is set back', () => {
    const samples = withSample([sample(10, 1), sample(500, 2)], sample(11, 4));
    assert.deepEqual(
      samples.map(({ at }) => at / MINUTE),
      [10, 11],
    );
  });
});

describe('the share of blocks found in the buffers', () => {
  const rule = { window: 15 * MINUTE, leastBlocks: 1000 };
  const blocks = (minute: number, blocksHit: number, blocksRead: number): CounterSample => ({
    at: minute * MINUTE,
    epoch: 'one',
    counters: { blocksHit, blocksRead },
  });

  test('is that of the window, whatever it was over the life of the server', () => {
    const samples = [blocks(0, 1e9, 0), blocks(1, 1e9 + 900, 100)];
    assert.equal(cacheHitPercent(samples, rule), 90);
  });

  test('is not known of fewer blocks than the rule wants', () => {
    assert.equal(cacheHitPercent([blocks(0, 0, 0), blocks(1, 0, 50)], rule), undefined);
    assert.equal(cacheHitPercent([blocks(0, 0, 0), blocks(1, 0, 999)], rule), undefined);
    assert.equal(cacheHitPercent([blocks(0, 0, 0), blocks(1, 0, 1000)], rule), 0);
  });
});
