import assert from 'node:assert/strict';
import { makeClock, withLeastWait } from '../../../sandbox/clock.ts';

describe('a clock with a least wait', () => {
  const trueWait = async (milliseconds: number) => {
    let waited = 0;
    const wait = async (asked: number) => {
      waited = asked / 1000;
    };
    const clock = { ...makeClock(1000), wait };
    await withLeastWait(clock, 300).wait(milliseconds);
    return waited;
  };

  test('shortens long waits, short ones to the least, and makes none longer than it was', async () => {
    assert.equal(await trueWait(3_600_000), 3600);
    assert.equal(await trueWait(30_000), 300);
    assert.equal(await trueWait(100), 100);
    assert.equal(await trueWait(0), 0);
  });
});
