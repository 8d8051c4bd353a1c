import assert from 'node:assert/strict';
import { pause, withDeadline } from '../../../sandbox/asl/pause.ts';
import { type Clock, makeClock } from '../../../sandbox/clock.ts';

describe('Waits of the interpreter', () => {
  test('a wait longer than a timer can hold is made of shorter ones', async () => {
    const waits: number[] = [];
    const clock: Clock = {
      speed: 10,
      now: () => new Date(0),
      wait: async (milliseconds) => {
        waits.push(milliseconds);
      },
    };
    await pause(clock, 99_999_999_000, new AbortController().signal);
    assert.equal(
      waits.reduce((sum, wait) => sum + wait, 0),
      99_999_999_000,
    );
    assert.ok(waits.every((wait) => wait / clock.speed < 2 ** 31));
  });

  test('work within its deadline leaves no timer behind, and its own error passes through', async () => {
    const clock = makeClock(1000);
    const never = new AbortController().signal;
    const makeReason = () => new Error('late');
    assert.equal(await withDeadline(clock, 1e9, never, makeReason, async () => 'in time'), 'in time');
    await assert.rejects(
      withDeadline(clock, 1e9, never, makeReason, async () => {
        throw new Error('own');
      }),
      /own/,
    );
    await assert.rejects(
      withDeadline(clock, 10_000, never, makeReason, () => new Promise(() => {})),
      /late/,
    );
  });
});
