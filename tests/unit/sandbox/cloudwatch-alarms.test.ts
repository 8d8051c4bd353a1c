import assert from 'node:assert/strict';
import { makeClock } from '../../../sandbox/clock.ts';
import { makeAlarmActions } from '../../../sandbox/services/cloudwatch/alarms/alarm-actions.ts';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { readCompositeAlarm, readMetricAlarm } from '../../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { type MetricValue, makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import { type BusEvent, makeEventBus } from '../../../sandbox/services/events/event-bus.ts';

const account = '123456789012';
const region = 'eu-central-1';
const topic = `arn:aws:sns:${region}:${account}:alerts`;
const lambda = `arn:aws:lambda:${region}:${account}:function:page`;
const minute = (count: number) => new Date(Date.UTC(2026, 10, 22, 12, count));

const lag = {
  AlarmName: 'lag',
  AlarmDescription: 'replica is late',
  Namespace: 'Test',
  MetricName: 'Lag',
  Dimensions: [{ Name: 'Database', Value: 'orders' }],
  Statistic: 'Maximum' as const,
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 30,
  ComparisonOperator: 'GreaterThanThreshold' as const,
  AlarmActions: [topic],
  OKActions: [lambda],
};

function fixture({ topicKey }: { topicKey?: string } = {}) {
  const calls: { service: string; caller: string; input: Record<string, unknown> }[] = [];
  const events: BusEvent[] = [];
  const metrics = makeMetricStore();
  const bus = makeEventBus({
    account,
    clock: makeClock(),
    deliver: async (_rule, _target, event) => void events.push(event),
  });
  bus
    .putRule({ name: 'all', region, pattern: { source: ['aws.cloudwatch'] } })
    .targets.set('t', { Id: 't', Arn: lambda });
  const dispatch = async (
    service: string,
    _operation: string,
    input: unknown,
    options: { caller: { arn: string } },
  ) => {
    calls.push({ service, caller: options.caller.arn, input: input as Record<string, unknown> });
  };
  const actions = makeAlarmActions({ account, dispatch, bus, topicKey: () => topicKey });
  const alarms = makeAlarms({ account, metrics, now: () => minute(0), ...actions });
  const put = (at: Date, value: number, Database = 'orders') => {
    const values: MetricValue[] = [{ value, count: 1 }];
    metrics.put(region, { namespace: 'Test', name: 'Lag', dimensions: { Database }, at, values });
  };
  const state = (name: string) => alarms.find(region, name)?.state;
  const history = (type: string) => alarms.history(region).filter((item) => item.type === type);
  return { alarms, calls, events, put, state, history };
}

describe('an alarm', () => {
  test('that changes its state reports topic, function and bus in the shapes of AWS, and only once', async () => {
    const { alarms, calls, events, put, state, history } = fixture();
    alarms.put(region, readMetricAlarm(lag));
    assert.equal(state('lag')?.value, 'INSUFFICIENT_DATA');
    for (const [at, value] of [31, 40, 40, 5].entries()) put(minute(at), value);
    await alarms.evaluateAt(minute(2));
    await alarms.evaluateAt(minute(3));
    assert.equal(state('lag')?.value, 'ALARM');
    await alarms.evaluateAt(minute(4));

    assert.deepEqual(
      calls.map(({ service, caller }) => [service, caller]),
      [
        ['sns', 'cloudwatch.amazonaws.com'],
        ['lambda', 'lambda.alarms.cloudwatch.amazonaws.com'],
      ],
    );
    const [published, invoked] = calls;
    assert.equal(published?.input['TopicArn'], topic);
    assert.equal(published?.input['Subject'], 'ALARM: "lag" in EU (Frankfurt)');
    assert.deepEqual(JSON.parse(String(published?.input['Message'])), {
      AlarmName: 'lag',
      AlarmDescription: 'replica is late',
      AWSAccountId: account,
      AlarmConfigurationUpdatedTimestamp: '2026-11-22T12:00:00.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason:
        'Threshold Crossed: 2 datapoints [40.0 (22/11/26 12:01:00), 31.0 (22/11/26 12:00:00)] were greater than the threshold (30.0).',
      StateChangeTime: '2026-11-22T12:02:00.000+0000',
      Region: 'EU (Frankfurt)',
      AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:lag`,
      OldStateValue: 'INSUFFICIENT_DATA',
      OKActions: [lambda],
      AlarmActions: [topic],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: 'Lag',
        Namespace: 'Test',
        StatisticType: 'Statistic',
        Statistic: 'MAXIMUM',
        Unit: null,
        Dimensions: [{ value: 'orders', name: 'Database' }],
        Period: 60,
        EvaluationPeriods: 2,
        DatapointsToAlarm: 2,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 30,
        TreatMissingData: 'missing',
        EvaluateLowSampleCountPercentile: '',
      },
    });
    const payload = JSON.parse(Buffer.from(invoked?.input['Payload'] as Uint8Array).toString());
    assert.deepEqual([payload.source, payload.alarmData.state.value], ['aws.cloudwatch', 'OK']);
    assert.match(payload.alarmData.state.reason, /^Threshold Crossed: 2 datapoints \[5\.0 .*were not greater/);

    assert.equal(events.length, 2);
    const detail = events[0]?.detail as Record<string, Record<string, unknown>>;
    assert.equal(events[0]?.['detail-type'], 'CloudWatch Alarm State Change');
    assert.deepEqual(events[0]?.resources, [`arn:aws:cloudwatch:${region}:${account}:alarm:lag`]);
    assert.deepEqual([detail['alarmName'], detail['state']?.['value']], ['lag', 'ALARM']);
    assert.equal(detail['previousState']?.['value'], 'INSUFFICIENT_DATA');
    assert.deepEqual(JSON.parse(String(detail['state']?.['reasonData'])).recentDatapoints, [31, 40]);
    assert.deepEqual(detail['configuration'], {
      description: 'replica is late',
      metrics: [
        {
          id: 'm1',
          metricStat: {
            metric: { namespace: 'Test', name: 'Lag', dimensions: { Database: 'orders' } },
            period: 60,
            stat: 'Maximum',
          },
          returnData: true,
        },
      ],
    });
    assert.equal(history('StateUpdate').length, 2);
    assert.match(history('Action')[0]?.summary ?? '', /^Successfully executed action arn:aws:sns/);
  });

  test('reads exactly its dimensions and only periods that are over', async () => {
    const { alarms, put, state } = fixture();
    alarms.put(region, readMetricAlarm({ ...lag, EvaluationPeriods: 1 }));
    put(minute(0), 99, 'billing');
    put(new Date(minute(1).getTime() + 1), 99);
    await alarms.evaluateAt(new Date(minute(1).getTime() + 59_000));
    assert.equal(state('lag')?.value, 'INSUFFICIENT_DATA');
    await alarms.evaluateAt(minute(2));
    assert.equal(state('lag')?.value, 'ALARM');
  });

  test('has its periods shortened with the waits of the sandbox', async () => {
    const { alarms, put, state } = fixture();
    alarms.put(region, readMetricAlarm({ ...lag, EvaluationPeriods: 1 }));
    put(minute(1), 99);
    await alarms.evaluateAt(new Date(minute(1).getTime() + 500), { speed: 100 });
    assert.equal(state('lag')?.value, 'INSUFFICIENT_DATA');
    await alarms.evaluateAt(new Date(minute(1).getTime() + 600), { speed: 100 });
    assert.equal(state('lag')?.value, 'ALARM');
  });

  test('whose actions are disabled still changes its state on the bus', async () => {
    const { alarms, calls, events } = fixture();
    alarms.put(region, readMetricAlarm(lag));
    alarms.enableActions(region, 'lag', false);
    await alarms.setState(region, 'lag', { value: 'ALARM', reason: 'test', reasonData: undefined });
    assert.deepEqual([calls.length, events.length], [0, 1]);
    alarms.enableActions(region, 'lag', true);
    await alarms.setState(region, 'lag', { value: 'OK', reason: 'test', reasonData: undefined });
    assert.deepEqual([calls.length, events.length], [1, 2]);
  });

  test('that may not use the key of its topic publishes nothing and says so in its history', async () => {
    const { alarms, calls, history } = fixture({ topicKey: 'alias/aws/sns' });
    alarms.put(region, readMetricAlarm(lag));
    await alarms.setState(region, 'lag', { value: 'ALARM', reason: 'test', reasonData: undefined });
    assert.deepEqual(calls, []);
    assert.match(history('Action')[0]?.summary ?? '', /^Failed to execute action/);
    assert.match(
      JSON.parse(history('Action')[0]?.data ?? '').error,
      /'alias\/aws\/sns', which cloudwatch\.amazonaws\.com may not use/,
    );
  });

  test('of an expression is assessed by it', async () => {
    const { alarms, put, state } = fixture();
    const stat = (Id: string, Value: string) => ({
      Id,
      ReturnData: false,
      MetricStat: {
        Metric: { Namespace: 'Test', MetricName: 'Lag', Dimensions: [{ Name: 'Database', Value }] },
        Period: 60,
        Stat: 'p99',
      },
    });
    const { Namespace, MetricName, Dimensions, Statistic, Period, ...rest } = lag;
    assert.ok(Namespace && MetricName && Dimensions && Statistic && Period);
    const Metrics = [{ Id: 'ratio', Expression: 'a / b * 100' }, stat('a', 'orders'), stat('b', 'billing')];
    alarms.put(region, readMetricAlarm({ ...rest, EvaluationPeriods: 1, Metrics }));
    put(minute(0), 1);
    put(minute(0), 4, 'billing');
    await alarms.evaluateAt(minute(1));
    assert.equal(state('lag')?.value, 'OK');
    put(minute(1), 2);
    put(minute(1), 4, 'billing');
    await alarms.evaluateAt(minute(2));
    assert.equal(state('lag')?.value, 'ALARM');
    assert.throws(
      () => readMetricAlarm({ ...rest, Metrics: [{ Id: 'x', Expression: 'SUM(a)' }, stat('a', 'orders')] }),
      /expression 'x' is a number, an alarm watches a time series/,
    );
    assert.throws(
      () => readMetricAlarm({ ...rest, Metrics: [{ Id: 'x', Expression: 'y' }, stat('a', 'orders')] }),
      /reads 'y', which is no query/,
    );
  });

  test('of other alarms follows them at once, through any depth', async () => {
    const { alarms, calls, state } = fixture();
    const composite = { AlarmName: 'outer', AlarmRule: 'ALARM(inner)', AlarmActions: [topic] };
    alarms.put(region, readCompositeAlarm(composite));
    alarms.put(region, readCompositeAlarm({ AlarmName: 'inner', AlarmRule: 'ALARM("lag") AND NOT ALARM(other)' }));
    alarms.put(region, readMetricAlarm({ ...lag, AlarmActions: [] }));
    alarms.put(region, readMetricAlarm({ ...lag, AlarmName: 'other', AlarmActions: [], OKActions: [] }));
    await alarms.evaluateAt(minute(1));
    assert.deepEqual([state('inner')?.value, state('outer')?.value], ['OK', 'OK']);
    await alarms.setState(region, 'lag', { value: 'ALARM', reason: 'test', reasonData: undefined });
    assert.deepEqual([state('inner')?.value, state('outer')?.value], ['ALARM', 'ALARM']);
    const message = JSON.parse(String(calls[0]?.input['Message']));
    assert.deepEqual([message.AlarmRule, message.TriggeringChildren[0].State.Value], ['ALARM(inner)', 'ALARM']);
    await alarms.setState(region, 'other', { value: 'ALARM', reason: 'test', reasonData: undefined });
    assert.deepEqual([state('inner')?.value, state('outer')?.value], ['OK', 'OK']);
  });

  test('that AWS would refuse, or the sandbox evaluate wrongly, is refused', () => {
    const refused = (change: object, message: RegExp) =>
      assert.throws(() => readMetricAlarm({ ...lag, ...change }), message);
    refused({ Period: 45 }, /Period is '45', must be 10, 20, 30 or a multiple of 60/);
    refused({ Period: 300, EvaluationPeriods: 289 }, /is 86700 s, limit is 86400 s/);
    refused({ Period: 3600, EvaluationPeriods: 169 }, /is 608400 s, limit is 604800 s/);
    refused({ DatapointsToAlarm: 3 }, /DatapointsToAlarm is 3, EvaluationPeriods is 2/);
    refused({ TreatMissingData: 'bad' }, /TreatMissingData is 'bad'/);
    refused({ Threshold: undefined }, /Threshold is 'undefined'/);
    refused({ Statistic: undefined, ExtendedStatistic: 'tm90' }, /statistic 'tm90'/);
    refused({ ComparisonOperator: 'GreaterThanUpperThreshold' }, /does not emulate ComparisonOperator/);
    refused({ ThresholdMetricId: 'ad1' }, /does not emulate ThresholdMetricId/);
    const suppressed = { AlarmName: 'c', AlarmRule: 'TRUE', ActionsSuppressor: 'lag' };
    assert.throws(() => readCompositeAlarm(suppressed), /does not emulate ActionsSuppressor of alarm 'c'/);
    assert.equal(readMetricAlarm({ ...lag, Period: 3600, EvaluationPeriods: 168 }).rule.datapointsToAlarm, 168);
  });

  test('that is muted sends its event, which says so, and calls its actions at the end of the window if it is still so', async () => {
    const { alarms, calls, events, put } = fixture();
    alarms.put(region, readMetricAlarm(lag));
    const window = { from: minute(0).getTime(), to: minute(6).getTime() };
    alarms.mute(region, {
      ...{ name: 'maintenance', alarms: ['lag'] },
      windowAt: (at) => (at >= window.from && at < window.to ? window : undefined),
    });
    for (const at of [1, 2, 3, 4, 5]) put(minute(at), 40);
    await alarms.evaluateAt(minute(4));
    assert.deepEqual([calls, events.length], [[], 1]);
    const [event] = events;
    assert.ok(event);
    assert.deepEqual((event.detail as { muteDetail: unknown }).muteDetail, {
      mutedByArn: `arn:aws:cloudwatch:${region}:${account}:alarm-mute-rule:maintenance`,
      muteWindowStart: '2026-11-22T12:00:00.000+0000',
      muteWindowEnd: '2026-11-22T12:06:00.000+0000',
    });
    await alarms.evaluateAt(minute(5));
    assert.deepEqual(calls, []);
    await alarms.evaluateAt(minute(6));
    assert.deepEqual(
      calls.map(({ service }) => service),
      ['sns'],
    );
    await alarms.evaluateAt(minute(7));
    assert.equal(calls.length, 1);
  });

  test('that is muted and well again before the end of the window calls no action', async () => {
    const { alarms, calls, put } = fixture();
    alarms.put(region, readMetricAlarm({ ...lag, OKActions: [] }));
    const window = { from: minute(0).getTime(), to: minute(9).getTime() };
    alarms.mute(region, {
      ...{ name: 'maintenance', alarms: ['lag'] },
      windowAt: (at) => (at >= window.from && at < window.to ? window : undefined),
    });
    for (const at of [1, 2, 3]) put(minute(at), 40);
    await alarms.evaluateAt(minute(4));
    for (const at of [4, 5, 6, 7, 8, 9]) put(minute(at), 1);
    await alarms.evaluateAt(minute(8));
    await alarms.evaluateAt(minute(10));
    assert.deepEqual(calls, []);
  });
});
