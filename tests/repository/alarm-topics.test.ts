// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Serverless writes placeholders like this
import assert from 'node:assert/strict';
import databaseAlarms from '../../packaging/cloudformation/database-alarms.cjs';
import { readWorkflows } from '../../packaging/cloudformation/workflows.cjs';
import healthAlarms from '../../packaging/health/health-alarms.cjs';
import { readMetricAlarm } from '../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { makeMatcher } from '../../sandbox/services/events/event-pattern.ts';
import { severityOfDescription } from '../../shared/domain/alert/severity.ts';
import { at, stringsIn } from './files.ts';
import { resources } from './templates/configuration.ts';

/** What packaging/cloudformation/severity-topics.cjs lets publish. */
const invited = /^(backup-and-verify|pg-gameday|restore-test)-/;

/** Alarms whose severity nobody can report, whose end is reported elsewhere than their beginning, or that call people twice. */
function faultsOf(alarms: readonly (readonly [string, unknown])[]): string[] {
  return alarms.flatMap(([id, alarm]) => {
    const reported = (member: string) => stringsIn(at(alarm, 'Properties', member));
    const [topic = '', ...others] = reported('AlarmActions');
    const end = reported('OKActions');
    const isAnswered = severityOfDescription(String(at(alarm, 'Properties', 'AlarmDescription'))) !== undefined;
    if (isAnswered !== startsAlert(alarm)) {
      return [isAnswered ? `'${id}' states a severity, and starts nothing` : `'${id}' starts alert without a severity`];
    }
    if (isAnswered)
      return topic === '' && end.length === 0
        ? []
        : [`'${id}' starts alert and notifies a topic: people are called twice`];
    return [
      ...(/^P[1-4]Topic$/.test(topic) && others.length === 0
        ? []
        : [`'${id}' does not notify one topic of a severity`]),
      ...(end.length === 0 || end.join() === topic ? [] : [`the end of '${id}' is reported on another topic`]),
      ...(invited.test(String(at(alarm, 'Properties', 'AlarmName'))) ? [] : [`'${id}' may not publish under its name`]),
    ];
  });
}

/** The pattern of the rule, read once. */
const isForAlert = makeMatcher(
  JSON.parse(
    JSON.stringify(readWorkflows().find(({ name }) => name === 'alert')?.event?.pattern).replaceAll(
      '${sls:stage}',
      'dev',
    ),
  ),
);

/** By the pattern of the rule, as the event of such an alarm meets it. */
function startsAlert(alarm: unknown): boolean {
  const properties = at(alarm, 'Properties') as Parameters<typeof readMetricAlarm>[0];
  const stub = { Metrics: undefined, MetricName: 'Any', Namespace: 'any', Period: 60, Statistic: 'Sum' };
  const sound = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' };
  const watches = properties.MetricName !== undefined || properties.Metrics !== undefined;
  const resolved = JSON.parse(
    JSON.stringify({ ...(watches ? {} : stub), ...sound, ...properties, AlarmActions: [], OKActions: [] })
      .replaceAll('${sls:stage}', 'dev')
      .replace(
        /\{"Ref":"([A-Za-z]+)"\}/g,
        (_, id: string) => `"arn:aws:states:us-east-1:123456789012:stateMachine:${id}-dev"`,
      )
      .replace(/\{"Fn::GetAtt":\[[^\]]*\]\}/g, '"a-queue-dev"'),
  );
  const definition = readMetricAlarm(resolved as never);
  const metrics = definition.queries.flatMap((query) =>
    query.kind === 'metric' ? [{ metricStat: { metric: query.metric } }] : [],
  );
  const detail = { alarmName: definition.name, state: { value: 'ALARM' }, configuration: { metrics } };
  const event = { source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change', detail };
  return isForAlert(event);
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
  const failed = {
    Namespace: 'AWS/States',
    MetricName: 'ExecutionsFailed',
    Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: 'Any' } }],
  };
  const machine = { ...failed, Period: 60, Statistic: 'Sum' };
  const severe = { AlarmDescription: 'It failed. Severity P2.' };
  assert.equal(fault({ ...machine, ...severe }), '');
  assert.equal(
    fault({ ...machine, ...severe, AlarmActions: [P1] }),
    "'A' starts alert and notifies a topic: people are called twice",
  );
  assert.equal(fault({ ...machine, AlarmActions: [P1] }), "'A' starts alert without a severity");
  assert.equal(fault(severe), "'A' states a severity, and starts nothing");
  assert.equal(fault({ AlarmName: 'silent', AlarmActions: [P1] }), "'A' may not publish under its name");
});
