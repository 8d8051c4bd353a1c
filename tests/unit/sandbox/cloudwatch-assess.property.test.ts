import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ThresholdRule, TreatMissingData } from '../../../sandbox/services/cloudwatch/alarms/alarm-model.ts';
import { assess, evaluationRange, type Slot } from '../../../sandbox/services/cloudwatch/alarms/assess-datapoints.ts';
import type { StateValue } from '../../../sandbox/services/cloudwatch/alarms/state-value.ts';

const current = fc.constantFrom<StateValue>('OK', 'ALARM', 'INSUFFICIENT_DATA');
const treatment = fc.constantFrom<TreatMissingData>('missing', 'ignore', 'breaching', 'notBreaching');
const rule: fc.Arbitrary<ThresholdRule> = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 5 }), treatment)
  .map(([evaluationPeriods, fewer, treatMissingData]) => ({
    comparison: 'GreaterThanThreshold',
    threshold: 0,
    evaluationPeriods,
    datapointsToAlarm: Math.max(1, evaluationPeriods - fewer),
    treatMissingData,
  }));
const slot: fc.Arbitrary<Slot> = fc.constantFrom(0, 1, undefined);
const assessed = rule.chain((one) =>
  fc.tuple(
    fc.constant(one),
    fc.array(slot, { minLength: evaluationRange(one), maxLength: evaluationRange(one) }),
    current,
  ),
);
const real = (range: readonly Slot[]) => range.filter((one) => one !== undefined);

describe('the assessment of any evaluation range', () => {
  test('is ALARM exactly when M of the newest N breach, as long as N data points are there', () => {
    fc.assert(
      fc.property(assessed, ([one, range, state]) => {
        fc.pre(real(range).length >= one.evaluationPeriods);
        const newest = real(range).slice(-one.evaluationPeriods);
        const expected = newest.filter((value) => value === 1).length >= one.datapointsToAlarm ? 'ALARM' : 'OK';
        assert.equal(assess(range, one, state).value, expected);
      }),
    );
  });

  test('is never better with missing data as breaching than as good', () => {
    fc.assert(
      fc.property(assessed, ([one, range, state]) => {
        const good = assess(range, { ...one, treatMissingData: 'notBreaching' }, state).value;
        const bad = assess(range, { ...one, treatMissingData: 'breaching' }, state).value;
        assert.ok(good === 'OK' || bad === 'ALARM');
      }),
    );
  });

  test('lies with missing data as such between that with them as good and that with them as breaching', () => {
    fc.assert(
      fc.property(assessed, ([one, range]) => {
        fc.pre(real(range).length > 0);
        const value = (treatMissingData: TreatMissingData) => assess(range, { ...one, treatMissingData }, 'OK').value;
        if (value('notBreaching') === 'ALARM') assert.equal(value('missing'), 'ALARM');
        if (value('breaching') === 'OK') assert.equal(value('missing'), 'OK');
      }),
    );
  });

  test('says INSUFFICIENT_DATA only without a single data point, unless it was that and stays so', () => {
    fc.assert(
      fc.property(assessed, ([one, range, state]) => {
        if (assess(range, one, state).value === 'INSUFFICIENT_DATA' && state !== 'INSUFFICIENT_DATA') {
          assert.deepEqual(real(range), []);
          assert.equal(one.treatMissingData, 'missing');
        }
      }),
    );
  });

  test('does not change when it is asked again of the state that it gave', () => {
    fc.assert(
      fc.property(assessed, ([one, range, state]) => {
        const { value } = assess(range, one, state);
        assert.equal(assess(range, one, value).value, value);
      }),
    );
  });
});
