import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseSamples } from '../../../../../shared/domain/logs/choose-samples.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const end = 40 * DAY;

describe('the samples that a report is made of', () => {
  test('are those of a day before, of two, and of the same day of the week four weeks before', () => {
    const daily = Array.from({ length: 41 }, (_, day) => day * DAY);
    assert.deepEqual(chooseSamples(daily, end), {
      begin: 39 * DAY,
      dayBefore: 38 * DAY,
      monthAgo: [11 * DAY, 12 * DAY],
    });
  });

  test('of a run by hand, and of one that was missed, make no day too short or too long', () => {
    assert.equal(chooseSamples([end - 2 * HOUR], end).begin, undefined);
    assert.equal(chooseSamples([end - 48 * HOUR, end - 2 * HOUR], end).begin, end - 48 * HOUR);
    assert.equal(chooseSamples([end - 55 * HOUR], end).begin, undefined);
    assert.equal(chooseSamples([end - DAY], end).dayBefore, undefined);
  });

  test('of another day of the week are not compared', () => {
    assert.equal(chooseSamples([10 * DAY, 11 * DAY, 39 * DAY], end).monthAgo, undefined);
    assert.equal(chooseSamples([12 * DAY, 39 * DAY], end).monthAgo, undefined);
  });

  test('are never of the future, nor two of one moment', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 80 * DAY })), (stored) => {
        const { begin, dayBefore, monthAgo } = chooseSamples(stored, end);
        assert.ok(begin === undefined || begin < end);
        assert.ok(dayBefore === undefined || (begin !== undefined && dayBefore < begin));
        assert.ok(monthAgo === undefined || monthAgo[0] < monthAgo[1]);
      }),
    );
  });
});
