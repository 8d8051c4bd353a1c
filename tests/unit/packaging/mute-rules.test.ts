import assert from 'node:assert/strict';
import { healthAlarmsOf } from '../../../packaging/health/health-alarms.cjs';
import { mutedKinds, muteRulesOf } from '../../../packaging/health/mute-rules.cjs';
import { readMuteRule } from '../../../sandbox/services/cloudwatch/alarms/mute-rule.ts';
import { alarmKinds } from '../../../shared/policy/schema/health-alarms.ts';

const databases = {
  orders: { instance: 'orders-prod', replicas: ['orders-replica'] },
  other: { instance: 'other-prod', replicas: [] },
};
const alarms = await healthAlarmsOf('prod', databases, {});
const window = { databases: ['orders'], days: ['saturday', 'sunday'], from: '02:30', minutes: 90 };
const policy = { databases, maintenance: [window] };
const rules = muteRulesOf({ stage: 'prod', policy, alarms, timeZone: 'America/New_York' });
const targetsOf = ({ Properties }: { Properties: Record<string, unknown> }) =>
  (Properties['MuteTargets'] as { AlarmNames: { Ref: string }[] }).AlarmNames.map(({ Ref }) => Ref);
const names = Object.values(rules)
  .flatMap(targetsOf)
  .map((id) => String(alarms[id]?.Properties['AlarmName']));

describe('the rules that mute alarms in a maintenance window', () => {
  test('are of the databases of the window, their instances and replicas, and of no other', () => {
    for (const bearer of ['orders', 'orders-prod', 'orders-replica'])
      assert.ok(
        names.some((name) => name.endsWith(`-${bearer}-prod`)),
        bearer,
      );
    assert.ok(!names.some((name) => name.includes('other')));
    assert.equal(new Set(names).size, names.length);
  });

  test('mute what work itself raises, and never damage, what is lost or what runs out', () => {
    for (const kind of mutedKinds) {
      assert.ok(Object.hasOwn(alarmKinds, kind), kind);
      assert.ok(
        names.some((name) => name.startsWith(`pg-gameday-${kind}-`)),
        kind,
      );
    }
    const never = ['checksums', 'slot-lost', 'slot-retained', 'transaction-ids', 'multixacts', 'sequence', 'storage'];
    for (const kind of [...never, 'storage-forecast', 'certificate'])
      assert.ok(!names.some((name) => name.startsWith(`pg-gameday-${kind}-`)), kind);
  });

  test('lie with their alarms: of one region each, and of one stack', () => {
    for (const rule of Object.values(rules))
      for (const id of targetsOf(rule)) assert.equal(alarms[id]?.Condition, rule.Condition);
    assert.equal(Object.values(rules).filter(({ Condition }) => Condition === 'IsSecondRegion').length, 1);
  });

  test('hold by the clock on the wall of the platform, and are such as CloudWatch takes', () => {
    for (const { Properties } of Object.values(rules)) {
      const AlarmNames = ['a'];
      const { windowAt } = readMuteRule({ ...Properties, MuteTargets: { AlarmNames } }, () => true);
      assert.ok(windowAt(Date.parse('2026-11-29T07:30:00Z')));
      assert.ok(windowAt(Date.parse('2026-11-28T08:59:00Z')));
      assert.equal(windowAt(Date.parse('2026-11-29T09:00:00Z')), undefined);
      assert.equal(windowAt(Date.parse('2026-11-30T08:00:00Z')), undefined);
    }
    assert.deepEqual(muteRulesOf({ stage: 'prod', policy: { databases }, alarms, timeZone: 'UTC' }), {});
  });

  test('have 100 alarms at most', () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, number) => [`db${number}`, { instance: `db${number}-prod`, replicas: [] }]),
    );
    return healthAlarmsOf('prod', many, {}).then((all) => {
      const maintenance = [{ ...window, databases: Object.keys(many) }];
      const made = muteRulesOf({
        stage: 'prod',
        policy: { databases: many, maintenance },
        alarms: all,
        timeZone: 'UTC',
      });
      const sizes = Object.values(made).map((rule) => targetsOf(rule).length);
      assert.ok(Math.max(...sizes) === 100 && sizes.every((size) => size <= 100));
    });
  });
});
