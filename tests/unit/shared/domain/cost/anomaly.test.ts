import assert from 'node:assert/strict';
import { analyseSeries } from '../../../../../shared/domain/cost/anomaly.ts';
import { calendarDay, dayOf, isBusinessDay, monthStart } from '../../../../../shared/domain/cost/days.ts';
import type { DetectorLimits } from '../../../../../shared/domain/cost/detector-limits.ts';

const limits: DetectorLimits = {
  minimumHistoryDays: 28,
  minimumMoney: 10,
  minimumShare: 0.2,
  sigmas: 5,
  minimumMissingMoney: 2,
};
const firstDay = dayOf('2026-01-01');
const days = 140;

/** A quiet bill of 100 a day with a ripple, changed by `change`. */
const bill = (change: (amount: number, index: number) => number = (amount) => amount, length = days) =>
  Float64Array.from({ length }, (_, index) => change(100 + 2 * Math.sin(index * 1.7), index));
const reported = (amounts: Float64Array, from = amounts.length - 30) =>
  analyseSeries(amounts, firstDay, from, limits).anomalies.map(({ kind, first, last }) => ({ kind, first, last }));

describe('anomalies of daily costs', () => {
  test('a spike is reported on its day, with what it cost and what was expected', () => {
    const { anomalies } = analyseSeries(
      bill((a, i) => (i === 125 ? a + 80 : a)),
      firstDay,
      110,
      limits,
    );
    assert.equal(anomalies.length, 1);
    const [spike] = anomalies;
    assert.deepEqual([spike?.kind, spike?.first, spike?.last], ['increase', 125, 125]);
    assert.ok(Math.abs((spike?.actual ?? 0) - 180) < 5 && Math.abs((spike?.expected ?? 0) - 100) < 5);
  });

  test('days that follow one another are one anomaly', () => {
    assert.deepEqual(reported(bill((a, i) => (i >= 120 && i <= 123 ? a * 2 : a))), [
      { kind: 'increase', first: 120, last: 123 },
    ]);
  });

  test('a quiet bill, a weekend that is always cheap and slow growth are no anomalies', () => {
    assert.deepEqual(reported(bill()), []);
    assert.deepEqual(reported(bill((a, i) => ((firstDay + i + 4) % 7 === 0 ? a * 0.3 : a))), []);
    assert.deepEqual(reported(bill((a, i) => a * 1.002 ** i)), []);
  });

  const feeDays: [string, (day: number) => boolean][] = [
    ['on the first of the month', (day) => calendarDay(day).date === 1],
    ['on the last of the month', (day) => calendarDay(day + 1).date === 1],
    ['on the 17th', (day) => calendarDay(day).date === 17],
    [
      'on the first business day',
      (day) =>
        isBusinessDay(day) && ![...Array(day - monthStart(day)).keys()].some((n) => isBusinessDay(monthStart(day) + n)),
    ],
  ];
  for (const [name, isFeeDay] of feeDays) {
    const withFee = (a: number, i: number) => (isFeeDay(firstDay + i) ? a + 250 : a);
    test(`a monthly fee ${name} is known after two months`, () => {
      assert.deepEqual(reported(bill(withFee)), []);
    });

    test(`a spike that comes together with the fee ${name} is reported all the same`, () => {
      const feeDay = [...Array(30).keys()].map((n) => days - 30 + n).find((index) => isFeeDay(firstDay + index));
      assert.ok(feeDay !== undefined);
      const amounts = bill((a, i) => (i === feeDay ? withFee(a, i) + 150 : withFee(a, i)));
      assert.deepEqual(reported(amounts), [{ kind: 'increase', first: feeDay, last: feeDay }]);
    });
  }

  test('a spike a month ago is no excuse for a spike today', () => {
    const twice = bill((a, i) => (i === 130 || i === 130 - 30 || i === 130 - 31 ? a * 2 : a));
    assert.deepEqual(reported(twice), [{ kind: 'increase', first: 130, last: 130 }]);
  });

  test('a step is reported once, and after some weeks it is what is expected', () => {
    const step = bill((a, i) => (i >= 70 ? a * 1.6 : a));
    assert.deepEqual(
      reported(step, 60).map(({ kind, first }) => [kind, first]),
      [['increase', 70]],
    );
    assert.deepEqual(reported(step, 110), []);
  });

  test('a slow drift is reported as a drift although no day of it stands out', () => {
    const kinds = reported(
      bill((a, i) => (i >= 100 ? a * (1 + 0.02 * (i - 100)) : a)),
      100,
    ).map(({ kind }) => kind);
    assert.ok(kinds.length > 0);
  });

  test('a cost that stops is missing; a single day without, a refund and a day without data are not', () => {
    assert.deepEqual(reported(bill((a, i) => (i >= 130 ? 0 : a))), [{ kind: 'missing', first: 130, last: 139 }]);
    assert.deepEqual(reported(bill((a, i) => (i === 130 ? 0 : a))), []);
    assert.deepEqual(reported(bill((a, i) => (i === 130 || i === 131 ? -300 : a))), []);
    assert.deepEqual(reported(bill((a, i) => (i === 130 || i === 131 ? Number.NaN : a))), []);
  });

  test('a cost of cents is not missed when it stops', () => {
    assert.deepEqual(reported(bill((a, i) => (i >= 130 ? 0 : a / 100))), []);
  });

  test('a service that never cost anything is reported once when it begins', () => {
    const fresh = bill((a, i) => (i >= 125 ? a : 0));
    assert.deepEqual(reported(fresh), [{ kind: 'new', first: 125, last: 125 }]);
  });

  test('what is less than the minimum of money is not reported, however odd', () => {
    assert.deepEqual(reported(bill((a, i) => (i === 125 ? a / 10 : a / 100))), []);
  });

  test('without history nothing is expected, and nothing reported', () => {
    assert.deepEqual(
      reported(
        bill((a) => a, 1),
        0,
      ),
      [],
    );
    assert.deepEqual(reported(new Float64Array(), 0), []);
    assert.deepEqual(reported(new Float64Array(60), 0), []);
  });
});
