import assert from 'node:assert/strict';
import { parseAlarmRule } from '../../../sandbox/services/cloudwatch/alarms/alarm-rule.ts';
import { parseExpression } from '../../../sandbox/services/cloudwatch/metric-math.ts';

const none = undefined;
const series: Readonly<Record<string, readonly (number | undefined)[]>> = {
  m1: [1, none, 3, 8],
  m2: [2, 4, none, 0],
  e: [none, none, none, none],
};
const math = (text: string) =>
  parseExpression(text).evaluate((id) => series[id] ?? [], [series['m1'] ?? [], series['m2'] ?? []]);

describe('metric math', () => {
  test('calculates by period, with no result where an operand has none or a divisor is 0', () => {
    assert.deepEqual(math('m1/m2'), [0.5, none, none, none]);
    assert.deepEqual(math('m1 - m2 * 2'), [-3, none, none, 8]);
    assert.deepEqual(math('-(m1 + 1) ^ 2'), [-4, none, -16, -81]);
    assert.deepEqual(math('2 ^ 3 ^ 2 + 0 * m1'), [512, none, 512, 512]);
    assert.deepEqual(math('10 - 3 - 2'), 5);
  });

  test('compares and joins conditions to 1 and 0', () => {
    assert.deepEqual(math('m1 > 2'), [0, none, 1, 1]);
    assert.deepEqual(math('m1 >= 3 AND m2 == 0 OR m1 == 1'), [1, none, none, 1]);
    assert.deepEqual(math('IF(m1 > 2, 10, m2)'), [2, none, 10, 10]);
  });

  test('fills what is missing, but not a metric without any data', () => {
    assert.deepEqual(math('FILL(m1, 0)'), [1, 0, 3, 8]);
    assert.deepEqual(math('FILL(m1, REPEAT)'), [1, 1, 3, 8]);
    assert.deepEqual(math('FILL(m1, m2)'), [1, 4, 3, 8]);
    assert.deepEqual(math('FILL(e, 0)'), [none, none, none, none]);
  });

  test('sums lists by period and a single series to a number', () => {
    assert.deepEqual(math('SUM([m1, m2])'), [3, 4, 3, 8]);
    assert.deepEqual(math('MAX(METRICS())'), [2, 4, 3, 8]);
    assert.deepEqual(math('AVG([m1, 3])'), [2, 3, 3, 5.5]);
    assert.equal(math('SUM(m1)'), 12);
    assert.deepEqual(math('m2 * 0 + MIN(m1)'), [1, 1, none, 1]);
    assert.deepEqual(math('ABS(0 - m1) + CEIL(0.2) - FLOOR(1.9)'), [1, none, 3, 8]);
  });

  test('that the sandbox does not know is refused by name', () => {
    assert.throws(() => math('ANOMALY_DETECTION_BAND(m1)'), /calls 'ANOMALY_DETECTION_BAND', the sandbox knows ABS/);
    assert.throws(() => math('toString(m1)'), /calls 'toString'/);
    assert.throws(() => math('m1 +'), /has 'its end' where a value is required/);
    assert.throws(() => math('(m1'), /has 'its end' where '\)' is required/);
    assert.throws(() => math('m1 m2'), /has 'm2' after its end/);
    assert.throws(() => math('FILL(m1)'), /gives 1 operands to 'FILL', it takes 2/);
  });
});

describe('the rule of a composite alarm', () => {
  const states = { a: 'ALARM', 'b c': 'OK', d: 'INSUFFICIENT_DATA' } as const;
  const holds = (text: string) => parseAlarmRule(text).holds((name) => states[name as keyof typeof states]);

  test('joins states of alarms with NOT before AND before OR', () => {
    assert.equal(holds('ALARM(a)'), true);
    assert.equal(holds('ALARM(a) AND ALARM("b c")'), false);
    assert.equal(holds('ALARM(a) OR ALARM(d) AND OK(a)'), true);
    assert.equal(holds('(ALARM(a) OR ALARM(d)) AND OK(a)'), false);
    assert.equal(holds('NOT OK(a) AND OK("b c") AND INSUFFICIENT_DATA(d)'), true);
    assert.equal(holds('NOT (ALARM(a) OR FALSE)'), false);
    assert.equal(holds('TRUE'), true);
  });

  test('names its alarms, and is refused where it is no rule', () => {
    assert.deepEqual(parseAlarmRule('ALARM(a) AND NOT OK("b c") OR ALARM(a)').alarms, ['a', 'b c']);
    assert.throws(() => parseAlarmRule('RED(a)'), /has 'RED', a term is ALARM, OK, INSUFFICIENT_DATA/);
    assert.throws(() => parseAlarmRule('ALARM(a) AND'), /has 'its end' where a state is required/);
    assert.throws(() => parseAlarmRule('ALARM(a'), /has 'its end' where '\)' is required/);
    assert.throws(() => parseAlarmRule('ALARM(a) OK(a)'), /has 'OK' after its end/);
  });
});
