import assert from 'node:assert/strict';
import databaseAlarms from '../../packaging/cloudformation/database-alarms.cjs';
import healthAlarms from '../../packaging/health/health-alarms.cjs';
import { at, stringsIn } from './files.ts';
import { resources } from './templates/configuration.ts';

/** What packaging/cloudformation/severity-topics.cjs lets publish. */
const invited = /^(backup-and-verify|pg-gameday|restore-test)-/;

/** Alarms whose severity nobody can report, or whose end is reported elsewhere than their beginning. */
function faultsOf(alarms: readonly (readonly [string, unknown])[]): string[] {
  return alarms.flatMap(([id, alarm]) => {
    const reported = (member: string) => stringsIn(at(alarm, 'Properties', member));
    const [topic = '', ...others] = reported('AlarmActions');
    const end = reported('OKActions');
    return [
      ...(/^P[1-4]Topic$/.test(topic) && others.length === 0
        ? []
        : [`'${id}' does not notify one topic of a severity`]),
      ...(end.length === 0 || end.join() === topic ? [] : [`the end of '${id}' is reported on another topic`]),
      ...(invited.test(String(at(alarm, 'Properties', 'AlarmName'))) ? [] : [`'${id}' may not publish under its name`]),
    ];
  });
}

test('every alarm reports the topic of one severity, which lets it, and its end there, too', async () => {
  const { Resources } = await databaseAlarms({ resolveVariable: async () => 'dev' });
  const health = await healthAlarms({ resolveVariable: async () => 'dev' });
  const alarms = [
    ...Object.entries(resources()),
    ...Object.entries(Resources),
    ...Object.entries(health.Resources),
  ].filter(([, resource]) => at(resource, 'Type') === 'AWS::CloudWatch::Alarm');
  assert.ok(alarms.length > 10);
  assert.deepEqual(faultsOf(alarms), []);
});

test('an alarm that notifies nobody, two, or another topic at its end is reported', () => {
  const fault = (Properties: object) =>
    faultsOf([['A', { Properties: { AlarmName: 'pg-gameday-a', ...Properties } }]]).join();
  const [P1, P3] = [{ Ref: 'P1Topic' }, { Ref: 'P3Topic' }];
  assert.equal(fault({ AlarmActions: [P1], OKActions: [P1] }), '');
  assert.equal(fault({}), "'A' does not notify one topic of a severity");
  assert.equal(fault({ AlarmActions: [P1, P3] }), "'A' does not notify one topic of a severity");
  assert.equal(fault({ AlarmActions: [{ Ref: 'CostTopic' }] }), "'A' does not notify one topic of a severity");
  assert.equal(fault({ AlarmActions: [P3], OKActions: [P1] }), "the end of 'A' is reported on another topic");
  assert.equal(fault({ AlarmName: 'silent', AlarmActions: [P1] }), "'A' may not publish under its name");
});
