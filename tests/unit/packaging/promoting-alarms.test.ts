import assert from 'node:assert/strict';
import { healthAlarmsOf } from '../../../packaging/health/health-alarms.cjs';
import promoting from '../../../packaging/health/promoting-alarms.cjs';
import { AlarmEvent } from '../../../shared/contracts/alarm-event.ts';
import { operations } from '../shared/policy/load-operations.ts';

const { askedPromotion } = await import('../../../shared/rules/asked-promotion.ts');

type Decision = 'by hand' | 'approve' | 'auto';
const { fantasy, own } = operations().stages.dev.databases;
const databasesWith = (decision: Decision, ofOwn: Decision = 'by hand') => {
  assert.ok(fantasy && own);
  return {
    own: { ...own, promotion: { ...own.promotion, decision: ofOwn } },
    fantasy: { ...fantasy, promotion: { ...fantasy.promotion, decision } },
  };
};

describe('the alarms that start a promotion', () => {
  test('are those of the second region on primaries whose promotion is not decided by hand', async () => {
    assert.deepEqual(promoting.promotingAlarms('dev', databasesWith('by hand')), ['pg-gameday-no-alarm-promotes-dev']);
    for (const decision of ['approve', 'auto'] as const) {
      const databases = databasesWith(decision);
      const [name, ...others] = promoting.promotingAlarms('dev', databases);
      assert.deepEqual(others, []);
      const alarms = Object.values(await healthAlarmsOf('dev', databases, {})) as {
        Condition: string;
        Properties: { AlarmName: string };
      }[];
      const found = alarms.find(({ Properties }) => Properties.AlarmName === name);
      assert.equal(found?.Condition, 'IsSecondRegion', `${name} is an alarm of the second region`);
    }
  });

  test('of a stage whose databases say nothing are none', () => {
    assert.deepEqual(promoting.promotingAlarms('prod', { a: {}, b: null }), ['pg-gameday-no-alarm-promotes-prod']);
  });
});

describe('an alarm that starts dr-promotion', () => {
  const event = (instance: string, reason = 'no datapoints were received') =>
    AlarmEvent.parse({
      ...{ version: '0', id: '1', 'detail-type': 'CloudWatch Alarm State Change', source: 'aws.cloudwatch' },
      ...{ account: '123456789012', time: '2026-03-07T14:03:40Z', region: 'us-west-2', resources: [] },
      detail: {
        alarmName: `pg-gameday-silent-elsewhere-critical-${instance}-dev`,
        state: { value: 'ALARM', reason, timestamp: '2026-03-07T14:03:40.989+0000' },
        configuration: {
          metrics: [
            { id: 'filled', expression: 'FILL(measured, 0)', returnData: true },
            {
              id: 'measured',
              metricStat: {
                metric: {
                  ...{ namespace: 'pg-gameday', name: 'PassesSeen' },
                  dimensions: { service: 'collect-health', Instance: instance },
                },
                ...{ period: 60, stat: 'Minimum' },
              },
              returnData: false,
            },
          ],
        },
      },
    });
  const asked = (decision: Decision, instance = 'fantasy-dev', reason?: string) => {
    const { stages, ...common } = operations();
    const dev = { ...stages.dev, databases: databasesWith(decision) };
    return askedPromotion(event(instance, reason), { ...common, stages: { ...stages, dev } }, 'dev');
  };

  test('asks for the automatic decision about the database of its instance, whatever policy says of it', () => {
    for (const decision of ['auto', 'approve', 'by hand'] as const) {
      const { database, mode, alarm, mostLossSeconds } = asked(decision);
      assert.deepEqual(
        [database, mode, alarm, mostLossSeconds],
        ['fantasy', 'auto', 'pg-gameday-silent-elsewhere-critical-fantasy-dev-dev', 0],
      );
    }
    assert.ok((asked('auto', 'fantasy-dev', 'x'.repeat(900)).reason?.length ?? 0) <= 500);
  });

  test('means of several databases of an instance the one that is not decided by hand', () => {
    const { stages, ...common } = operations();
    const { fantasy: one, own: other } = databasesWith('by hand', 'auto');
    const databases = { fantasy: one, own: { ...other, instance: one.instance } };
    const policy = { ...common, stages: { ...stages, dev: { ...stages.dev, databases } } };
    assert.equal(askedPromotion(event(one.instance), policy, 'dev').database, 'own');
  });

  test('of an instance that no database has asks for nothing', () => {
    assert.throws(() => asked('auto', 'of-somebody-else'), { name: 'InvalidInputError' });
  });
});
