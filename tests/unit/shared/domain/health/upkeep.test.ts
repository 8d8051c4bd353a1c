import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  assessUpkeep,
  daysUntil,
  farAway,
  freeStoragePercent,
  storageFullDays,
  type UpkeepReading,
} from '../../../../../shared/domain/health/upkeep.ts';

const hour = 3_600_000;
const day = 24 * hour;
const reading = (change: Partial<UpkeepReading> = {}): UpkeepReading => ({
  ...{ certificateUntil: 100 * day, forcedAt: undefined, allocatedBytes: 100, mostBytes: 0 },
  ...{ free: [{ at: 0, bytes: 50 }] },
  ...change,
});
/** Free bytes at so many hours, the newest one last. */
const free = (...bytes: readonly number[]) => bytes.map((each, index) => ({ at: index * hour, bytes: each }));
const falling = (hours: number, last: number, by: number) =>
  free(...Array.from({ length: hours }, (_, index) => last + by * (hours - 1 - index)));

describe('days until a moment', () => {
  test('are none when it is over, and as many as are within sight when there is none', () => {
    assert.equal(daysUntil(3 * day, day), 2);
    assert.equal(daysUntil(0, day), 0);
    assert.equal(daysUntil(undefined, day), farAway);
    assert.equal(daysUntil(10_000 * day, 0), farAway);
  });
});

describe('free storage', () => {
  test('is a share of what the volume has, or may have by itself', () => {
    assert.equal(freeStoragePercent(reading()), 50);
    assert.equal(freeStoragePercent(reading({ mostBytes: 200 })), 75);
    assert.equal(freeStoragePercent(reading({ mostBytes: 50 })), 50);
  });

  test('is not known where nobody has measured it', () => {
    assert.equal(freeStoragePercent(reading({ free: [] })), undefined);
    assert.equal(storageFullDays(reading({ free: [] })), undefined);
    assert.deepEqual(Object.keys(assessUpkeep(reading({ free: [], certificateUntil: undefined }), 0)), [
      'ForcedMaintenanceDays',
    ]);
  });
});

describe('the day on which storage is full', () => {
  test('follows from the last six hours when they all write', () => {
    assert.equal(storageFullDays(reading({ free: falling(7, 24, 1) })), 1);
    assert.equal(storageFullDays(reading({ free: falling(7, 24, 1), mostBytes: 124 })), 2);
  });

  test('is not within sight of five hours, nor of one load in six', () => {
    assert.equal(storageFullDays(reading({ free: falling(6, 24, 1) })), farAway);
    assert.equal(storageFullDays(reading({ free: free(50, 50, 50, 50, 20, 20, 20) })), farAway);
  });

  test('follows from loads of each night of the week, and not from a single one', () => {
    const nights = free(...Array.from({ length: 169 }, (_, index) => 60 - 4 * Math.floor(index / 24)));
    const days = storageFullDays(reading({ free: nights })) ?? 0;
    assert.ok(days > 8 && days < 10, String(days));
    const once = free(...Array.from({ length: 169 }, (_, index) => (index < 100 ? 60 : 30)));
    assert.equal(storageFullDays(reading({ free: once })), farAway);
  });

  test('takes a volume that was made larger for no rows that were deleted', () => {
    const enlarged = [
      ...falling(30, 20, 0.5),
      ...falling(30, 60, 0.5).map(({ at, bytes }) => ({ at: at + 30 * hour, bytes })),
    ];
    const days = storageFullDays(reading({ free: enlarged })) ?? 0;
    assert.ok(days > 4.9 && days < 5.3, String(days));
  });

  test('is never sooner for more free bytes, and always a number of days', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 500 }),
        (bytes, more) => {
          const before = storageFullDays(reading({ free: free(...bytes), allocatedBytes: 1000 })) ?? Number.NaN;
          const after =
            storageFullDays(reading({ free: free(...bytes.map((each) => each + more)), allocatedBytes: 1000 })) ??
            Number.NaN;
          assert.ok(before >= 0 && before <= farAway && after >= before);
        },
      ),
    );
  });
});
