import assert from 'node:assert/strict';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as events from '@aws-sdk/client-eventbridge';
import { makeClock } from '../../sandbox/clock.ts';
import { makeCloudWatch } from '../../sandbox/services/cloudwatch/cloudwatch.ts';
import { readEmbeddedMetrics } from '../../sandbox/services/cloudwatch/emf.ts';
import { makeMetricStore } from '../../sandbox/services/cloudwatch/metric-store.ts';
import { type BusEvent, makeEventBus } from '../../sandbox/services/events/event-bus.ts';
import { makeEvents } from '../../sandbox/services/events/events.ts';
import { makeLogStore } from '../../sandbox/services/logs/log-store.ts';
import { makeLogs } from '../../sandbox/services/logs/logs.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const account = '123456789012';
const at = (text: string) => new Date(`2026-03-01T${text}Z`);

describe('CloudWatch, Logs and EventBridge over the wire', () => {
  let wire: TestWire;
  let metricClient: cloudwatch.CloudWatchClient;
  let logClient: logs.CloudWatchLogsClient;
  let eventClient: events.EventBridgeClient;
  const delivered: BusEvent[] = [];

  beforeAll(async () => {
    const metrics = makeMetricStore();
    const store = makeLogStore(account, (region, _group, { message }) => {
      for (const datum of readEmbeddedMetrics(message)) {
        metrics.put(region, datum);
      }
    });
    const bus = makeEventBus({
      account,
      clock: makeClock(),
      deliver: async (_rule, _target, event) => void delivered.push(event),
    });
    wire = await startTestWire([makeCloudWatch({ metrics }), makeLogs({ logs: store }), makeEvents({ bus })]);
    metricClient = new cloudwatch.CloudWatchClient(wire.client);
    logClient = new logs.CloudWatchLogsClient(wire.client);
    eventClient = new events.EventBridgeClient(wire.client);
  });
  afterAll(async () => {
    for (const client of [metricClient, logClient, eventClient]) {
      client.destroy();
    }
    await wire.stop();
  });

  test('metrics are put, listed and read in periods', async () => {
    const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: 'orders' }];
    const put = (time: string, more: Partial<cloudwatch.MetricDatum>) => ({
      MetricName: 'Lag',
      Dimensions,
      Timestamp: at(time),
      Unit: 'Seconds' as const,
      ...more,
    });
    await metricClient.send(
      new cloudwatch.PutMetricDataCommand({
        Namespace: 'Gameday',
        MetricData: [
          put('04:00:10', { Value: 1 }),
          put('04:00:50', { Value: 3 }),
          put('04:01:00', { Values: [10, 20], Counts: [3, 1] }),
          put('04:02:00', { StatisticValues: { Sum: 9, SampleCount: 3, Minimum: 1, Maximum: 5 } }),
        ],
      }),
    );
    const listed = await metricClient.send(
      new cloudwatch.ListMetricsCommand({ Namespace: 'Gameday', Dimensions: [{ Name: 'DBInstanceIdentifier' }] }),
    );
    assert.deepEqual(listed.Metrics, [{ Namespace: 'Gameday', MetricName: 'Lag', Dimensions }]);

    const statistics = await metricClient.send(
      new cloudwatch.GetMetricStatisticsCommand({
        Namespace: 'Gameday',
        MetricName: 'Lag',
        Dimensions,
        StartTime: at('04:00:00'),
        EndTime: at('05:00:00'),
        Period: 60,
        Statistics: ['Average', 'Maximum', 'SampleCount'],
      }),
    );
    assert.deepEqual(
      statistics.Datapoints?.map(({ Timestamp, Average, Maximum, SampleCount, Unit }) => [
        Timestamp?.toISOString(),
        Average,
        Maximum,
        SampleCount,
        Unit,
      ]),
      [
        ['2026-03-01T04:00:00.000Z', 2, 3, 2, 'Seconds'],
        ['2026-03-01T04:01:00.000Z', 12.5, 20, 4, 'Seconds'],
        ['2026-03-01T04:02:00.000Z', 3, 5, 3, 'Seconds'],
      ],
    );
    const Metric = { Namespace: 'Gameday', MetricName: 'Lag', Dimensions };
    const data = await metricClient.send(
      new cloudwatch.GetMetricDataCommand({
        StartTime: at('04:00:00'),
        EndTime: at('04:02:00'),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          { Id: 'sum', MetricStat: { Metric, Period: 60, Stat: 'Sum' } },
          { Id: 'p75', MetricStat: { Metric, Period: 60, Stat: 'p75' } },
        ],
      }),
    );
    assert.deepEqual(
      data.MetricDataResults?.map(({ Id, Values }) => [Id, Values]),
      [
        ['sum', [4, 50]],
        ['p75', [3, 10]],
      ],
    );
  });

  test('a metric of other dimensions is another metric, and a metric without a value is refused', async () => {
    const input = {
      Namespace: 'Gameday',
      MetricName: 'Lag',
      StartTime: at('04:00:00'),
      EndTime: at('05:00:00'),
      Period: 60,
      Statistics: ['Sum' as const],
    };
    assert.deepEqual((await metricClient.send(new cloudwatch.GetMetricStatisticsCommand(input))).Datapoints, []);
    const empty = new cloudwatch.PutMetricDataCommand({ Namespace: 'Gameday', MetricData: [{ MetricName: 'Lag' }] });
    await assert.rejects(metricClient.send(empty), cloudwatch.InvalidParameterValueException);
  });

  test('log lines come back in order, filtered and paged, and embedded metrics are counted', async () => {
    const logGroupName = '/aws/lambda/demo';
    const logStreamName = 'one';
    await logClient.send(new logs.CreateLogGroupCommand({ logGroupName }));
    await logClient.send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
    await logClient.send(new logs.CreateLogStreamCommand({ logGroupName, logStreamName }));
    const metric = {
      _aws: {
        Timestamp: at('06:00:00').getTime(),
        CloudWatchMetrics: [
          { Namespace: 'Emf', Dimensions: [['service']], Metrics: [{ Name: 'RestoreSeconds', Unit: 'Seconds' }] },
        ],
      },
      service: 'gameday',
      RestoreSeconds: [40, 60],
    };
    const messages = ['START', '{"level":"ERROR","message":"no snapshot"}', JSON.stringify(metric), 'END'];
    const logEvents = messages.map((message, index) => ({ message, timestamp: at('06:00:00').getTime() + index }));
    await logClient.send(new logs.PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));

    const all = await logClient.send(
      new logs.GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, limit: 3 }),
    );
    assert.deepEqual(
      all.events?.map(({ message }) => message),
      messages.slice(0, 3),
    );
    const rest = await logClient.send(
      new logs.GetLogEventsCommand({
        logGroupName,
        logStreamName,
        startFromHead: true,
        nextToken: all.nextForwardToken,
      }),
    );
    assert.deepEqual(
      rest.events?.map(({ message }) => message),
      ['END'],
    );
    const errors = await logClient.send(
      new logs.FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.level = "ERROR" }' }),
    );
    assert.deepEqual(
      errors.events?.map(({ message }) => message),
      [messages[1]],
    );
    const groups = await logClient.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' }));
    assert.deepEqual(
      groups.logGroups?.map(({ retentionInDays }) => retentionInDays),
      [30],
    );
    const streams = await logClient.send(
      new logs.DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    );
    assert.deepEqual(
      streams.logStreams?.map((stream) => stream.logStreamName),
      [logStreamName],
    );
    await assert.rejects(
      logClient.send(new logs.FilterLogEventsCommand({ logGroupName: 'none' })),
      logs.ResourceNotFoundException,
    );

    const counted = await metricClient.send(
      new cloudwatch.GetMetricStatisticsCommand({
        Namespace: 'Emf',
        MetricName: 'RestoreSeconds',
        Dimensions: [{ Name: 'service', Value: 'gameday' }],
        StartTime: at('06:00:00'),
        EndTime: at('06:01:00'),
        Period: 60,
        Statistics: ['Average', 'SampleCount'],
      }),
    );
    assert.deepEqual([counted.Datapoints?.[0]?.Average, counted.Datapoints?.[0]?.SampleCount], [50, 2]);
  });

  test('a line that is no embedded metric is none', () => {
    assert.deepEqual(readEmbeddedMetrics('text with "_aws" in it'), []);
    assert.deepEqual(
      readEmbeddedMetrics(
        '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"n","Dimensions":[[]],"Metrics":[{"Name":"absent"}]}]}}',
      ),
      [],
    );
  });

  test('an event reaches the targets of the rules that match it', async () => {
    const EventPattern = JSON.stringify({ source: ['gameday'], detail: { database: ['orders'] } });
    await eventClient.send(new events.PutRuleCommand({ Name: 'on-orders', EventPattern }));
    await eventClient.send(
      new events.PutTargetsCommand({
        Rule: 'on-orders',
        Targets: [{ Id: 't', Arn: `arn:aws:sns:eu-central-1:${account}:t` }],
      }),
    );
    const entry = (Detail: string) => ({ Source: 'gameday', DetailType: 'Restored', Detail, Resources: ['arn:x'] });
    const answer = await eventClient.send(
      new events.PutEventsCommand({
        Entries: [entry('{"database":"orders"}'), entry('{"database":"other"}'), entry('{no'), { Source: 'gameday' }],
      }),
    );
    assert.equal(answer.FailedEntryCount, 2);
    assert.deepEqual(
      answer.Entries?.map(({ ErrorCode }) => ErrorCode),
      [undefined, undefined, 'MalformedDetail', 'InvalidArgument'],
    );
    assert.deepEqual(
      delivered.map(({ id, detail, region }) => [id, detail, region]),
      [[answer.Entries?.[0]?.EventId, { database: 'orders' }, 'eu-central-1']],
    );
    await eventClient.send(new events.DisableRuleCommand({ Name: 'on-orders' }));
    await eventClient.send(new events.PutEventsCommand({ Entries: [entry('{"database":"orders"}')] }));
    assert.equal(delivered.length, 1);
  });

  test('rules are described, listed, and deleted without their targets only', async () => {
    await eventClient.send(new events.PutRuleCommand({ Name: 'nightly', ScheduleExpression: 'cron(0 4 * * ? *)' }));
    const described = await eventClient.send(new events.DescribeRuleCommand({ Name: 'nightly' }));
    assert.deepEqual([described.ScheduleExpression, described.State], ['cron(0 4 * * ? *)', 'ENABLED']);
    await eventClient.send(
      new events.PutTargetsCommand({
        Rule: 'nightly',
        Targets: [{ Id: 't', Arn: 'arn:aws:lambda:eu-central-1:123456789012:function:f' }],
      }),
    );
    await assert.rejects(eventClient.send(new events.DeleteRuleCommand({ Name: 'nightly' })), {
      name: 'ValidationException',
    });
    await eventClient.send(new events.RemoveTargetsCommand({ Rule: 'nightly', Ids: ['t'] }));
    await eventClient.send(new events.DeleteRuleCommand({ Name: 'nightly' }));
    await assert.rejects(
      eventClient.send(new events.DescribeRuleCommand({ Name: 'nightly' })),
      events.ResourceNotFoundException,
    );
    const wrong = new events.PutRuleCommand({ Name: 'wrong', ScheduleExpression: 'cron(never)' });
    await assert.rejects(eventClient.send(wrong), { name: 'ValidationException' });
  });
});
