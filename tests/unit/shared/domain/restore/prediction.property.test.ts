import assert from 'node:assert/strict';
import fc from 'fast-check';
import { predictRestore, type RestorePoint } from '../../../../../shared/domain/restore/prediction.ts';

const day = 86_400_000;
const GB = 1024 ** 3;
const at = (quarter: number) => new Date(Date.UTC(2024, 0, 1) + quarter * 91 * day);
const points = (count: number, bytes: (index: number) => number, seconds: (index: number) => number): RestorePoint[] =>
  Array.from({ length: count }, (_, index) => ({ at: at(index), bytes: bytes(index), seconds: seconds(index) }));
const near = (one: number, other: number) => Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(other));

describe('the prediction of a restore', () => {
  test('goes on along a line of time by size, for the size that the database will have', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 40 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 60, max: 3600 }),
        fc.integer({ min: 0, max: 100 }),
        (count, start, growth, level, perGb) => {
          const sizeAt = (index: number) => (start + growth * index) * GB;
          const timeAt = (index: number) => level + (sizeAt(index) / GB) * perGb;
          const found = predictRestore(points(count, sizeAt, timeAt), at(count));
          assert.ok(found);
          assert.ok(near(found.bytes, sizeAt(count)), `${found.bytes} for ${sizeAt(count)}`);
          assert.ok(
            Math.abs(found.seconds - timeAt(count)) < 1e-3 * timeAt(count),
            `${found.seconds} for ${timeAt(count)}`,
          );
          assert.ok(found.high - found.low < 1e-2 * timeAt(count), 'what lies on a line is certain');
          assert.equal(found.points, count);
        },
      ),
    );
  });

  test('is always a time within its own interval, whatever the trials were', () => {
    const point = fc.record({
      bytes: fc.integer({ min: 0, max: 2 ** 45 }),
      seconds: fc.integer({ min: 0, max: 100_000 }),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), fc.integer({ min: 0, max: 1000 }), (drawn, ahead) => {
        const all = drawn.map((one, index) => ({ ...one, at: at(index) }));
        const found = predictRestore(all, new Date(at(all.length).getTime() + ahead * day));
        assert.equal(found === undefined, all.length < 5);
        if (found === undefined) return;
        for (const value of Object.values(found)) assert.ok(Number.isFinite(value), JSON.stringify(found));
        assert.ok(0 <= found.low && found.low <= found.seconds && found.seconds <= found.high && found.bytes >= 0);
      }),
    );
  });

  test('does not depend on the order of magnitude of a size', () => {
    const shape = (unit: number) =>
      predictRestore(
        points(
          8,
          (index) => (100 + index * 7 + (index % 3)) * unit,
          (index) => 600 + index * 11 + (index % 4) * 30,
        ),
        at(8),
      );
    const [small, large] = [shape(1), shape(GB)];
    assert.ok(small && large && near(small.seconds, large.seconds) && near(small.high, large.high));
  });

  test('holds the next time in its interval 19 times of 20', () => {
    // A generator of its own: the share must be the same in every run.
    let state = 42;
    const uniform = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return (state + 0.5) / 2 ** 31;
    };
    const noise = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) * 120;
    const timeAt = (index: number) => 1800 + index * 90 + noise();
    let held = 0;
    const tries = 2000;
    for (let nth = 0; nth < tries; nth += 1) {
      const found = predictRestore(
        points(8, (index) => (100 + 10 * index) * GB, timeAt),
        at(8),
      );
      const next = timeAt(8);
      if (found !== undefined && found.low <= next && next <= found.high) held += 1;
    }
    assert.ok(Math.abs(held / tries - 0.95) < 0.02, `${held} of ${tries}`);
  });

  test('of a database that has not grown is the level of its times', () => {
    const found = predictRestore(
      points(
        6,
        () => 50 * GB,
        (index) => 600 + (index % 2) * 20,
      ),
      at(6),
    );
    assert.ok(found && near(found.seconds, 610) && found.low < 600 && found.high > 620);
  });
});
