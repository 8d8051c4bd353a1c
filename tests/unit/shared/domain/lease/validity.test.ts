import assert from 'node:assert/strict';
import { acceptsWrites, extend, fence, neverHeld } from '../../../../../shared/domain/lease/validity.ts';

describe('the validity of a lease in its database', () => {
  test('ends at its time, by the clock of the database', () => {
    const held = extend(neverHeld, 1, 100);
    assert.deepEqual(
      [99, 100].map((clock) => acceptsWrites(held, clock)),
      [true, false],
    );
    assert.equal(acceptsWrites(neverHeld, 0), false);
  });

  test('is not shortened by an update that was under way for long, nor by one of an earlier epoch', () => {
    const held = extend(extend(neverHeld, 2, 100), 2, 160);
    assert.deepEqual(extend(held, 2, 120), held);
    assert.deepEqual(extend(held, 1, 500), held);
  });

  test('begins anew in a higher epoch', () => {
    assert.equal(extend(extend(neverHeld, 2, 500), 3, 100).until, 100);
  });

  test('is over with a fence, whatever update of that epoch comes late', () => {
    const fenced = fence(extend(neverHeld, 2, 100), 2);
    assert.equal(acceptsWrites(fenced, 0), false);
    assert.equal(acceptsWrites(extend(fenced, 2, 1_000), 0), false);
    assert.equal(acceptsWrites(extend(fenced, 3, 1_000), 0), true);
    assert.equal(fence(fenced, 1).fencedEpoch, 2);
  });
});
