import assert from 'node:assert/strict';
import { leastWait, proposedTiming, whyUnsafe } from '../../../../../shared/domain/lease/lease-timing.ts';

describe('the durations of a lease', () => {
  test('as proposed keep two databases apart', () => {
    assert.equal(whyUnsafe(proposedTiming), undefined);
  });

  test('are refused where a register may be taken while the last holder may still accept writes', () => {
    const least = leastWait(proposedTiming);
    assert.equal(Math.round(least), 200_380);
    assert.equal(
      whyUnsafe({ ...proposedTiming, waitFor: Math.floor(least) }),
      'a register may be taken after 200380 ms, more than 200380 ms are required',
    );
    assert.equal(whyUnsafe({ ...proposedTiming, waitFor: Math.ceil(least) }), undefined);
  });

  test('ask for more time with a clock that drifts more, a slower dead-man, a wall clock that is worse', () => {
    const least = leastWait(proposedTiming);
    for (const worse of [{ drift: 0.01 }, { deadManDelay: 20_000 }, { wallClockError: 6_000 }, { holdFor: 181_000 }]) {
      assert.ok(leastWait({ ...proposedTiming, ...worse }) > least, JSON.stringify(worse));
    }
  });

  test('are refused where one late pass would end the lease', () => {
    assert.equal(
      whyUnsafe({ ...proposedTiming, passEvery: 91_000 }),
      'the lease is held for 180000 ms, at least two passes of 91000 ms are required',
    );
  });
});
