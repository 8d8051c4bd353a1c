import assert from 'node:assert/strict';
import { dayOf, monthStart } from '../../../../../shared/domain/cost/days.ts';
import { periodOf } from '../../../../../shared/domain/cost/edition.ts';
import { feeDue } from '../../../../../shared/domain/cost/fees.ts';
import { type CostPart, rootCause } from '../../../../../shared/domain/cost/root-cause.ts';

const days = 40;
const part = (service: string, usual: number, last: number): CostPart => ({
  dimensions: { service },
  amounts: Float64Array.from({ length: days }, (_, day) => (day === days - 1 ? last : usual)),
});
const causeOf = (kind: string, ...parts: readonly CostPart[]) =>
  rootCause(parts, ['service'], { firstDay: dayOf('2026-01-05'), first: days - 1, last: days - 1, kind });

describe('the cause of a cost', () => {
  test('that has stopped is what has stopped, not what grew meanwhile', () => {
    const steps = causeOf('missing', part('stopped', 100, 0), part('grew', 10, 30), part('as ever', 500, 500));
    assert.deepEqual(
      steps.map(({ value, money }) => [value, Math.round(money)]),
      [['stopped', -100]],
    );
  });

  test('that came is what came', () => {
    const steps = causeOf('spike', part('stopped', 10, 0), part('grew', 10, 300), part('as ever', 500, 500));
    assert.equal(steps[0]?.value, 'grew');
    assert.ok((steps[0]?.money ?? 0) > 0);
  });

  test('is not named where no part has half of it', () => {
    const parts = ['a', 'b', 'c', 'd'].map((name) => part(name, 100, 200));
    assert.deepEqual(causeOf('spike', ...parts), []);
  });
});

describe('a fee', () => {
  const day = dayOf('2026-07-01');
  /** Brings 100 on these days and nothing on others; what was before is not known. */
  const due = (...paid: readonly string[]) =>
    feeDue(
      day,
      dayOf('2025-12-01'),
      (asked) => (paid.some((date) => dayOf(date) === asked) ? 100 : 0),
      (excess) => excess > 10,
    )?.money;

  test('of a month is expected after two times, and its one time is enough only where there is no second month', () => {
    assert.equal(due('2026-06-01', '2026-05-01'), 100);
    assert.equal(due('2026-06-01'), undefined);
    const firstMonth = feeDue(
      day,
      dayOf('2026-05-20'),
      () => 100,
      (excess) => excess > 10,
    );
    assert.equal(firstMonth?.money, 100);
  });

  test('of a quarter is expected after two times, and never after one', () => {
    assert.equal(due('2026-04-01', '2026-01-01'), 100);
    const known = (asked: number) => (asked === dayOf('2026-04-01') ? 100 : 0);
    assert.equal(
      feeDue(day, dayOf('2026-03-01'), known, (excess) => excess > 10),
      undefined,
    );
  });
});

test('the longest edition that ends with a day is the one that is made', () => {
  const edition = (date: string) => periodOf(dayOf(date)).edition;
  assert.deepEqual(['2026-03-04', '2026-03-08', '2026-02-28', '2026-03-31', '2026-12-31'].map(edition), [
    'daily',
    'weekly',
    'monthly',
    'quarterly',
    'yearly',
  ]);
  assert.deepEqual(periodOf(dayOf('2026-03-31')).from, monthStart(dayOf('2026-01-01')));
  assert.deepEqual(periodOf(dayOf('2026-12-31')).from, dayOf('2026-01-01'));
});
