import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCauses } from '../../../bench/cost-causes.ts';
import { isFalse, isFound, limits, ours } from '../../../bench/cost-judge.ts';
import { generateSeries, type Label } from '../../../sandbox/cost-series/generate.ts';

const judgedDays = 34;
const series = generateSeries({ seed: 77, count: 400, judgedDays, endDay: 20_600 });
const judged = series.map((one) => ({ ...one, events: ours.detect(one, one.amounts.length - judgedDays) }));

const recall = (kind: Label['kind']): number => {
  const all = judged.flatMap(({ labels, events }) =>
    labels
      .filter((label) => label.kind === kind && label.money > limits.minimumMoney)
      .map((label) => isFound(label, events)),
  );
  assert.ok(all.length > 5, `only ${all.length} of kind '${kind}'`);
  return all.filter(Boolean).length / all.length;
};

test('of generated spikes at least 9 in 10 are told, of shifts, drifts and disappearances 85 in 100', () => {
  assert.ok(recall('spike') >= 0.9);
  for (const kind of ['shift', 'drift', 'disappearance'] as const) assert.ok(recall(kind) >= 0.85, kind);
});

test('at most 2 false alarms come in 1000 series-days', () => {
  const wrong = judged.flatMap(({ labels, events }) => events.filter((event) => isFalse(event, labels)));
  assert.ok(wrong.length / (series.length * judgedDays) <= 0.002, `${wrong.length} false alarms`);
});

test('the descent from the whole bill ends at the right usage type in 9 of 10', () => {
  const { right, injected } = judgeCauses(78, 60);
  assert.ok(right / injected >= 0.88, `${right} of ${injected}`);
});

test('the same seed gives the same series, another one others', () => {
  const options = { count: 3, judgedDays, endDay: 20_600 };
  assert.deepEqual(generateSeries({ seed: 1, ...options }), generateSeries({ seed: 1, ...options }));
  assert.notDeepEqual(generateSeries({ seed: 1, ...options }), generateSeries({ seed: 2, ...options }));
});
