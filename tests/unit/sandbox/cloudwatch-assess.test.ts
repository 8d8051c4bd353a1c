import assert from 'node:assert/strict';
import type {
  Comparison,
  ThresholdRule,
  TreatMissingData,
} from '../../../sandbox/services/cloudwatch/alarms/alarm-model.ts';
import { assess } from '../../../sandbox/services/cloudwatch/alarms/assess-datapoints.ts';
import type { StateValue } from '../../../sandbox/services/cloudwatch/alarms/state-value.ts';

const rule = (datapointsToAlarm: number, treatMissingData: TreatMissingData): ThresholdRule => ({
  comparison: 'GreaterThanThreshold',
  threshold: 0,
  evaluationPeriods: 3,
  datapointsToAlarm,
  treatMissingData,
});

/** `0` is fine, `X` breaches, `-` is missing; oldest first, as the manual draws it. */
const slots = (drawn: string) => drawn.split(' ').map((one) => (one === '-' ? undefined : one === 'X' ? 1 : 0));

/** The two tables of "Configuring how CloudWatch alarms treat missing data": M, range, missing, ignore, breaching, not. */
const manual: [number, string, StateValue, StateValue | 'same', StateValue, StateValue, number][] = [
  [3, '0 - X - X', 'OK', 'OK', 'OK', 'OK', 0],
  [3, '0 - - - -', 'OK', 'OK', 'OK', 'OK', 2],
  [3, '- - - - -', 'INSUFFICIENT_DATA', 'same', 'ALARM', 'OK', 3],
  [3, '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM', 0],
  [3, '- - X - -', 'ALARM', 'same', 'ALARM', 'OK', 2],
  [2, '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM', 0],
  [2, '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM', 0],
  [2, '0 - X - -', 'OK', 'OK', 'ALARM', 'OK', 1],
  [2, '- - - - 0', 'OK', 'OK', 'ALARM', 'OK', 2],
  [2, '- - - X -', 'ALARM', 'same', 'ALARM', 'OK', 2],
];

describe('an alarm assesses its data points', () => {
  for (const [needed, drawn, missing, ignore, breaching, notBreaching, filled] of manual) {
    test(`as the manual says for ${needed} of 3 and '${drawn}'`, () => {
      for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
        const state = (treat: TreatMissingData) => assess(slots(drawn), rule(needed, treat), current);
        assert.equal(state('missing').value, missing);
        assert.equal(state('ignore').value, ignore === 'same' ? current : ignore);
        assert.equal(state('breaching').value, breaching);
        assert.equal(state('notBreaching').value, notBreaching);
        assert.equal(state('missing').filled, filled);
      }
    });
  }

  test('a single young data point that breaches changes no state', () => {
    for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
      assert.equal(assess(slots('- - - - X'), rule(2, 'missing'), current).value, current);
    }
  });

  test('each comparison holds on its side of the threshold, and at it as its name says', () => {
    const alarms = (comparison: Comparison) =>
      [1, 2, 3].filter(
        (value) =>
          assess([value, value, value], { ...rule(1, 'missing'), comparison, threshold: 2 }, 'OK').value === 'ALARM',
      );
    assert.deepEqual(alarms('GreaterThanOrEqualToThreshold'), [2, 3]);
    assert.deepEqual(alarms('GreaterThanThreshold'), [3]);
    assert.deepEqual(alarms('LessThanThreshold'), [1]);
    assert.deepEqual(alarms('LessThanOrEqualToThreshold'), [1, 2]);
  });
});
