import assert from 'node:assert/strict';
import { dayOf } from '../../../../../shared/domain/cost/days.ts';
import { forecastMonth } from '../../../../../shared/domain/cost/forecast.ts';
import { type CostRow, sumSeries, tabulate } from '../../../../../shared/domain/cost/series.ts';

const row = (date: string, key: string, amount: number, currency = 'USD'): CostRow => ({
  date,
  keys: ['RDS', key],
  amount,
  currency,
});

test('a group that cost nothing on a day when others cost something has a zero there', () => {
  const { series } = tabulate(
    [row('2026-03-01', 'a', 1), row('2026-03-02', 'a', 2), row('2026-03-02', 'b', 3)],
    '2026-03-01',
    '2026-03-03',
  );
  assert.deepEqual([...(series.get('RDS\tb') ?? [])], [0, 3]);
});

test('a day without any row is unknown, and reported', () => {
  const { series, notes } = tabulate(
    [row('2026-03-01', 'a', 1), row('2026-03-03', 'a', 2)],
    '2026-03-01',
    '2026-03-04',
  );
  assert.deepEqual([...(series.get('RDS\ta') ?? [])], [1, Number.NaN, 2]);
  assert.match(notes.join(' '), /nothing of one day: 2026-03-02/);
});

test('where the currency changes, what was before is unknown and reported; a zero has no currency', () => {
  const rows = [row('2026-03-01', 'a', 5, 'EUR'), row('2026-03-02', 'a', 6), row('2026-03-02', 'b', 0, 'N/A')];
  const { series, currency, notes } = tabulate(rows, '2026-03-01', '2026-03-03');
  assert.equal(currency, 'USD');
  assert.deepEqual([...(series.get('RDS\ta') ?? [])], [Number.NaN, 6]);
  assert.match(notes.join(' '), /changed from EUR to USD after 2026-03-01/);
});

test('rows outside the asked days are left out, and no rows give an empty table', () => {
  assert.equal(tabulate([row('2026-04-01', 'a', 5)], '2026-03-01', '2026-03-03').series.size, 0);
  assert.deepEqual(tabulate([], '2026-03-01', '2026-03-03').notes, []);
});

test('groups are summed by what they have in common', () => {
  const table = tabulate([row('2026-03-01', 'a', 1), row('2026-03-01', 'b', 2)], '2026-03-01', '2026-03-02');
  assert.deepEqual([...(sumSeries(table, ([service]) => service ?? '').get('RDS') ?? [])], [3]);
});

test('a forecast adds the fee that is still due this month', () => {
  const firstDay = dayOf('2026-01-01');
  const amounts = Float64Array.from({ length: dayOf('2026-05-16') - firstDay }, (_, index) =>
    new Date((firstDay + index) * 86_400_000).getUTCDate() === 20 ? 400 : 100,
  );
  const forecast = forecastMonth(amounts, firstDay);
  assert.equal(forecast?.spent, 1500);
  assert.ok(Math.abs((forecast?.total ?? 0) - (31 * 100 + 300)) < 1, String(forecast?.total));
});

test('on the first day of a month nothing is spent yet and the whole month is forecast', () => {
  const firstDay = dayOf('2026-01-01');
  const forecast = forecastMonth(new Float64Array(dayOf('2026-05-01') - firstDay).fill(10), firstDay);
  assert.equal(forecast?.spent, 0);
  assert.equal(Math.round(forecast?.total ?? 0), 310);
});
