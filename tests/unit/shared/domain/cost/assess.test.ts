import assert from 'node:assert/strict';
import { isFalse, isFound, limits, ours } from '../../../../../bench/cost-assess.ts';
import { assessCauses } from '../../../../../bench/cost-causes.ts';
import { generateSeries, type Label } from '../../../../../sandbox/cost-series/generate.ts';

const assessedDays = 34;
const series = generateSeries({ seed: 77, count: 400, assessedDays, endDay: 20_600 });
const assessed = series.map((one) => ({ ...one, events: ours.detect(one, one.amounts.length - assessedDays) }));

const recall = (kind: Label['kind']): number => {
  const all = assessed.flatMap(({ labels, events }) =>
    labels
      .filter((label) => label.kind === kind && label.money > limits.minimumMoney)
      .map((label) => isFound(label, events)),
  );
  assert.ok(all.length > 5, `only ${all.length} of kind '${kind}'`);
  return all.filter(Boolean).length / all.length;
};

test('of generated spikes at least 9 in 10 are reported, of shifts, drifts and disappearances 85 in 100', () => {
  assert.ok(recall('spike') >= 0.9);
  for (const kind of ['shift', 'drift', 'disappearance'] as const) assert.ok(recall(kind) >= 0.85, kind);
});

test('at most 2 false alarms come in 1000 series-days', () => {
  const wrong = assessed.flatMap(({ labels, events }) => events.filter((event) => isFalse(event, labels)));
  assert.ok(wrong.length / (series.length * assessedDays) <= 0.002, `${wrong.length} false alarms`);
});

test('the descent from the whole bill ends at the right usage type in 9 of 10', () => {
  const { right, injected } = assessCauses(78, 60);
  assert.ok(right / injected >= 0.88, `${right} of ${injected}`);
});

test('the same seed gives the same series, another one others', () => {
  const options = { count: 3, assessedDays, endDay: 20_600 };
  assert.deepEqual(generateSeries({ seed: 1, ...options }), generateSeries({ seed: 1, ...options }));
  assert.notDeepEqual(generateSeries({ seed: 1, ...options }), generateSeries({ seed: 2, ...options }));
});
