import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { writeAlarmPackage } from '../../support/alarm-template.ts';
import { waitUntil } from '../../support/wait-until.ts';

const region = 'eu-central-1';
const minute = (count: number) => new Date(Date.UTC(2026, 10, 22, 12, count));

describe('alarms of a packaged template', () => {
  let directory: string;
  let sandbox: Sandbox;
  let client: cloudwatch.CloudWatchClient;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sandbox-alarms-'));
    await chmod(directory, 0o755);
    const packageDirectory = path.join(directory, 'package');
    await writeAlarmPackage(packageDirectory);
    sandbox = await startSandbox({ packageDirectory, dataDirectory: path.join(directory, 'data'), region, speed: 500 });
    client = new cloudwatch.CloudWatchClient({ ...sandbox.clientConfig, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await sandbox.stop();
    await rm(directory, { recursive: true });
  });

  const operator = () => ({ region, caller: sandbox.credentials.operator.caller });
  const executions = async () => {
    const [machine] = sandbox.template.stateMachines;
    const answer = await sandbox.dispatch('states', 'ListExecutions', { stateMachineArn: machine?.arn }, operator());
    return (answer as { executions: { executionArn: string }[] }).executions;
  };
  const write = (at: Date, Value: number) =>
    client.send(
      new cloudwatch.PutMetricDataCommand({
        Namespace: 'Test',
        MetricData: [
          { MetricName: 'ReplicaLag', Dimensions: [{ Name: 'Database', Value: 'orders' }], Timestamp: at, Value },
        ],
      }),
    );
  const pages = () => sandbox.sns.messages(sandbox.template.topics[0]?.arn ?? '');

  test('start a workflow by metric, alarm, event and rule, and report a topic', async () => {
    await write(minute(0), 3);
    await write(minute(1), 50);
    await sandbox.alarms.evaluateAt(minute(2));
    assert.deepEqual(await executions(), []);
    await write(minute(2), 60);
    await sandbox.alarms.evaluateAt(minute(3));

    const [started, ...more] = await executions();
    assert.ok(started);
    assert.deepEqual(more, []);
    const end = await sandbox.states.waitForEnd(started.executionArn);
    assert.deepEqual(JSON.parse(end.input), { alarm: 'replica-late', was: 'OK', database: 'orders' });
    const [page, ...others] = pages();
    assert.equal(page?.subject, 'ALARM: "replica-late" in EU (Frankfurt)');
    // The topic's policy lets no other alarm publish.
    assert.deepEqual(others, []);
  });

  test('are described with their history, by name, kind, state and metric', async () => {
    const all = await client.send(new cloudwatch.DescribeAlarmsCommand({}));
    assert.deepEqual([all.MetricAlarms?.length, all.CompositeAlarms?.length], [1, 0]);
    const [alarm] = all.MetricAlarms ?? [];
    assert.equal(alarm?.StateValue, 'ALARM');
    assert.match(alarm?.StateReason ?? '', /^Threshold Crossed: 2 datapoints \[60\.0 /);
    assert.deepEqual([alarm?.Period, alarm?.Threshold, alarm?.TreatMissingData], [60, 30, 'breaching']);
    const composite = await client.send(
      new cloudwatch.DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'], StateValue: 'ALARM' }),
    );
    assert.equal(composite.CompositeAlarms?.[0]?.AlarmRule, 'ALARM("replica-late")');
    const metric = { Namespace: 'Test', MetricName: 'ReplicaLag', Dimensions: [{ Name: 'Database', Value: 'orders' }] };
    const forMetric = await client.send(new cloudwatch.DescribeAlarmsForMetricCommand(metric));
    assert.equal(forMetric.MetricAlarms?.[0]?.AlarmName, 'replica-late');

    const { AlarmHistoryItems = [] } = await client.send(
      new cloudwatch.DescribeAlarmHistoryCommand({ AlarmName: 'replica-late', ScanBy: 'TimestampAscending' }),
    );
    assert.deepEqual(
      AlarmHistoryItems.map((item) => item.HistoryItemType),
      ['ConfigurationUpdate', 'StateUpdate', 'StateUpdate', 'Action'],
    );
    const refused = await client.send(
      new cloudwatch.DescribeAlarmHistoryCommand({
        AlarmName: 'uninvited',
        AlarmTypes: ['CompositeAlarm'],
        HistoryItemType: 'Action',
      }),
    );
    assert.match(refused.AlarmHistoryItems?.[0]?.HistorySummary ?? '', /^Failed to execute action/);
  });

  test('can be set by hand, silenced and deleted', async () => {
    const name = 'replica-late';
    await client.send(new cloudwatch.DisableAlarmActionsCommand({ AlarmNames: [name] }));
    const set = (StateValue: cloudwatch.StateValue) =>
      client.send(new cloudwatch.SetAlarmStateCommand({ AlarmName: name, StateValue, StateReason: 'by hand' }));
    const published = pages().length;
    await set('OK');
    await set('ALARM');
    assert.equal(pages().length, published);
    await client.send(new cloudwatch.EnableAlarmActionsCommand({ AlarmNames: [name] }));
    await set('OK');
    await set('ALARM');
    assert.equal(pages().length, published + 1);
    await waitUntil('the workflow ran for each alarm', async () => (await executions()).length === 3);

    await client.send(new cloudwatch.DeleteAlarmsCommand({ AlarmNames: [name] }));
    assert.deepEqual((await client.send(new cloudwatch.DescribeAlarmsCommand({}))).MetricAlarms, []);
    await assert.rejects(set('OK'), { name: 'ResourceNotFound' });
  });

  test('are put by a person, and refused when no composite alarm could be right', async () => {
    await client.send(
      new cloudwatch.PutMetricAlarmCommand({
        AlarmName: 'errors',
        Metrics: [
          { Id: 'share', Expression: 'bad / all * 100' },
          ...['bad', 'all'].map((Id) => ({
            Id,
            ReturnData: false,
            MetricStat: { Metric: { Namespace: 'Test', MetricName: Id }, Period: 60, Stat: 'Sum' },
          })),
        ],
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
    const { MetricAlarms } = await client.send(new cloudwatch.DescribeAlarmsCommand({ AlarmNames: ['errors'] }));
    assert.deepEqual(
      MetricAlarms?.[0]?.Metrics?.map(({ Id, Expression }) => [Id, Expression]),
      [
        ['share', 'bad / all * 100'],
        ['bad', undefined],
        ['all', undefined],
      ],
    );
    const composite = (AlarmRule: string) =>
      client.send(new cloudwatch.PutCompositeAlarmCommand({ AlarmName: 'c', AlarmRule }));
    await assert.rejects(composite('ALARM(nobody)'), /nobody not found/);
    await composite('ALARM(errors)');
  });
});

describe('a sandbox that runs by itself', () => {
  test('evaluates alarms each minute of its shortened time, and ends that when it stops', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'sandbox-alarms-'));
    await chmod(directory, 0o755);
    const packageDirectory = path.join(directory, 'package');
    await writeAlarmPackage(packageDirectory);
    const dataDirectory = path.join(directory, 'data');
    const sandbox = await startSandbox({ packageDirectory, dataDirectory, region, speed: 500, runSchedules: true });
    try {
      // Missing data is breaching in this alarm.
      await waitUntil(
        'the alarm fires',
        () =>
          sandbox.alarms.find(region, 'replica-late')?.state.value === 'ALARM' &&
          sandbox.sns.messages(sandbox.template.topics[0]?.arn ?? '').length === 1,
      );
    } finally {
      await sandbox.stop();
      await rm(directory, { recursive: true });
    }
  });
});
