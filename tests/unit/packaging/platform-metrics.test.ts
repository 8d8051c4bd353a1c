import assert from 'node:assert/strict';
import { dashboardsOf } from '../../../packaging/health/database-dashboards.cjs';
import { healthAlarmsOf } from '../../../packaging/health/health-alarms.cjs';
import { platformAlarmsOf } from '../../../packaging/health/platform-metrics.cjs';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { readMetricAlarm } from '../../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import { healthMetrics } from '../../../shared/domain/health/metrics.ts';
import { InvalidOperationsError } from '../../../shared/errors.ts';
import { parseOperations } from '../../../shared/policy/validate.ts';
import { policyWith } from '../shared/policy/operations-text.ts';

const region = 'us-east-1';
const minute = (count: number) => new Date(Date.UTC(2026, 10, 22, 12, count));
const latency = {
  ...{ name: 'latency', namespace: 'app', metric: 'Latency', dimensions: { Service: 'api' }, statistic: 'Maximum' },
  ...{ seconds: '60', periods: 3, when: 'above', warning: 500, critical: 2000, says: 'Slow.', runbook: 'r' },
};

/** States after so many minutes in which `value` was published. */
async function statesOf(metric: object, values: readonly (number | undefined)[]) {
  const metrics = makeMetricStore();
  const alarms = makeAlarms({ account: '123456789012', metrics, now: () => minute(0) });
  for (const { Properties } of Object.values(await platformAlarmsOf('prod', [metric]))) {
    const topics = { AlarmActions: [], OKActions: [] };
    alarms.put(region, readMetricAlarm({ ...Properties, ...topics } as never));
  }
  for (const [index, value] of values.entries()) {
    if (value !== undefined) {
      const datum = { namespace: 'app', name: 'Latency', dimensions: { Service: 'api' }, at: minute(index) };
      metrics.put(region, { ...datum, values: [{ value, count: 1 }] });
    }
    await alarms.evaluateAt(minute(index + 1));
  }
  return Object.fromEntries(alarms.list(region).map(({ definition, state }) => [definition.name, state.value]));
}
const [warning, critical] = ['pg-gameday-metric-latency-warning-prod', 'pg-gameday-metric-latency-critical-prod'];
const times = (count: number, value: number | undefined) => Array.from({ length: count }, () => value);

describe('an alarm on what the platform publishes', () => {
  test('is raised beyond its line and for long enough, and not beside it', async () => {
    assert.deepEqual(await statesOf(latency, times(8, 501)), { [warning]: 'ALARM', [critical]: 'OK' });
    assert.deepEqual(await statesOf(latency, times(8, 500)), { [warning]: 'OK', [critical]: 'OK' });
    assert.deepEqual(await statesOf(latency, [...times(6, 1), 9000, 9000]), { [warning]: 'OK', [critical]: 'OK' });
  });

  test('is raised when nobody publishes, unless silence means something else', async () => {
    const silent = [...times(6, 1), ...times(8, undefined)];
    assert.deepEqual(await statesOf(latency, silent), { [warning]: 'ALARM', [critical]: 'ALARM' });
    assert.deepEqual(await statesOf({ ...latency, silence: 'fine' }, silent), { [warning]: 'OK', [critical]: 'OK' });
    // As soon as its periods are over, and not when the last value has left the range that is looked at.
    const soon = [...times(6, 1), ...times(4, undefined)];
    assert.deepEqual(await statesOf(latency, soon), { [warning]: 'ALARM', [critical]: 'ALARM' });
    const bad = [...times(6, 900), ...times(8, undefined)];
    assert.equal((await statesOf({ ...latency, silence: 'unknown' }, bad))[warning], 'ALARM');
    const below = { ...latency, when: 'below', warning: 10, critical: 1 };
    assert.deepEqual(
      await statesOf(
        below,
        silent.map((one) => one && 50),
      ),
      { [warning]: 'ALARM', [critical]: 'ALARM' },
    );
  });

  test('notifies the topic of its severity, by name, line and runbook', async () => {
    const alarms = Object.values(await platformAlarmsOf('prod', [latency]));
    assert.deepEqual(
      alarms.map(({ Properties }) => [
        Properties['AlarmActions'],
        Properties['OKActions'],
        Properties['AlarmDescription'],
      ]),
      [
        [[{ Ref: 'P3Topic' }], [{ Ref: 'P3Topic' }], 'Slow. Latency is above 500, or nobody publishes it. Runbook: r'],
        [[{ Ref: 'P2Topic' }], [{ Ref: 'P2Topic' }], 'Slow. Latency is above 2000, or nobody publishes it. Runbook: r'],
      ],
    );
  });

  for (const [what, change, expected] of [
    ['has no line', { warning: undefined, critical: undefined }, /neither warning nor critical/],
    ['has its lines in the wrong order', { critical: 400 }, /more than warning, which is 500/],
    ['has the name of another one', {}, /a name that no other metric/],
    ['has a name with capitals', { name: 'Latency' }, /lower-case letters/],
  ] as const) {
    test(`that ${what} is refused`, () => {
      const metrics = what.includes('another') ? [latency, latency] : [{ ...latency, ...change }];
      const text = policyWith({ 'stages.prod.metrics': metrics });
      assert.throws(
        () => parseOperations(text),
        (error) => error instanceof InvalidOperationsError && expected.test(error.message),
      );
    });
  }
});

describe('the dashboard of a database', () => {
  const databases = {
    orders: { instance: 'orders-prod', replicas: ['orders-replica'] },
    other: { instance: 'other-prod' },
  };

  test('shows each metric of it, of its instance and of its replicas, with the lines of their alarms, and nothing of another one', async () => {
    const dashboards = await dashboardsOf('prod', databases, await healthAlarmsOf('prod', databases, {}));
    assert.deepEqual(
      Object.values(dashboards).map(({ Properties }) => Properties.DashboardName),
      ['pg-gameday-prod-orders', 'pg-gameday-prod-other'],
    );
    const text = dashboards['OrdersDashboard']?.Properties.DashboardBody['Fn::Sub'] ?? '';
    assert.doesNotMatch(text, /other/);
    type Widget = {
      properties: { metrics: [string, string, ...unknown[]][]; annotations?: { horizontal: { value: number }[] } };
    };
    const { widgets } = JSON.parse(text) as { widgets: Widget[] };
    const shown = new Map(widgets.map(({ properties }) => [properties.metrics[0]?.[1], properties]));
    assert.deepEqual(
      [...shown.keys()].sort(),
      Object.keys(healthMetrics)
        .filter((name) => name !== 'PassesSeen')
        .sort(),
    );
    assert.equal(shown.get('ReplicationLagSeconds')?.metrics.length, 2);
    assert.deepEqual(
      shown.get('ConnectionsUsedPercent')?.annotations?.horizontal.map(({ value }) => value),
      [75, 90],
    );
  });
});
