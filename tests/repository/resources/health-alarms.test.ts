import assert from 'node:assert/strict';
import healthAlarms from '../../../packaging/health/health-alarms.cjs';
import { healthPrice } from '../../../packaging/health/health-price.mjs';
import { logsPrice } from '../../../packaging/logs/logs-price.mjs';
import { readEmbeddedMetrics } from '../../../sandbox/services/cloudwatch/emf.ts';
import { assessDatabase, assessInstance, emptyState } from '../../../shared/domain/health/assess-health.ts';
import type { DatabaseReadings, InstanceReading } from '../../../shared/domain/health/reading.ts';
import { assessUpkeep } from '../../../shared/domain/health/upkeep.ts';
import { publishInstanceHealth } from '../../../shared/metrics/health.ts';
import { parseOperations } from '../../../shared/policy/validate.ts';
import { healthRule } from '../../../shared/rules/health.ts';
import { captureLog } from '../../unit/shared/lambda/capture-log.ts';
import { policyWith } from '../../unit/shared/policy/operations-text.ts';
import { textOf } from '../files.ts';

const databases = { orders: { instance: 'orders-prod', replicas: ['orders-replica'] } };
const alarmsOf = async (health: unknown = {}) =>
  Object.values(await healthAlarms.healthAlarmsOf('prod', databases, health)).map(({ Properties }) => Properties);

type Alarm = Awaited<ReturnType<typeof alarmsOf>>[number];
type Watched = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Unit: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
};

/** What an alarm looks at: itself, or by the one metric of its formula. */
function watchedBy(alarm: Alarm): Watched {
  const parts = (alarm['Metrics'] ?? []) as { MetricStat?: { Metric: Watched; Unit: string } }[];
  const stat = parts.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat;
  return stat === undefined ? (alarm as unknown as Watched) : { ...stat.Metric, Unit: stat.Unit };
}
const seriesOf = (alarm: Alarm) => {
  const { Namespace, MetricName, Unit, Dimensions } = watchedBy(alarm);
  return JSON.stringify([Namespace, MetricName, Unit, Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort()]);
};

/** Everything that a pass reads, on a server on which all of it can be read. */
const server = {
  ...{ version: 180004, now: 60, startedAt: 0, isInRecovery: false, systemIdentifier: '1', maxConnections: 100 },
  ...{ superuserReserved: 3, reserved: 0, rdsReserved: 2, tracksCounts: true, tracksActivities: true },
  seesActivity: true,
};
const instance: InstanceReading = {
  ...{ server, activity: { now: 60, clients: 1, transactions: [], preparedAt: null }, slots: [], beat: 1 },
  ages: { transactionIds: 1, multixacts: 1 },
};
const readings = (passes: number): DatabaseReadings => ({
  ...{
    isSlow: true,
    overdue: [],
    bloat: [],
    invalidIndexes: 0,
    lockWaits: { waits: [31, 1] },
    sequences: { unreadable: 0, worst: [] },
  },
  counters: { oid: 1, resetAt: null, blocksHit: 5000 * passes, blocksRead: 0, deadlocks: 0, checksumFailures: 0 },
});

/** What two passes write to their log, a primary with a database and a replica. */
async function emitted(): Promise<Set<string>> {
  const rule = healthRule(parseOperations(policyWith({})));
  const first = assessDatabase('orders', readings(1), server, emptyState(), rule, 60_000);
  const second = assessDatabase('orders', readings(2), server, first.state, rule, 120_000);
  const upkeep = assessUpkeep(
    { certificateUntil: 1, forcedAt: 1, allocatedBytes: 1, mostBytes: 0, free: [{ at: 0, bytes: 1 }] },
    60_000,
  );
  const own = {
    PassesSeen: 1,
    ...upkeep,
    ...assessInstance(instance, emptyState(), rule, 60_000).metrics,
    HealthPasses: 1,
    HealthGaps: 0,
  };
  const health = (instanceId: string, metrics: object, databaseMetrics: object) =>
    publishInstanceHealth({
      ...{ instanceId, databases: [], failure: null, gaps: [], milliseconds: 1 },
      ...{ metrics: { ...metrics }, databaseMetrics: { ...databaseMetrics } },
    });
  const { lines } = await captureLog(async () => {
    health('orders-prod', own, { orders: second.metrics });
    health('orders-replica', { ...own, ReplicationLagSeconds: 0 }, {});
  });
  return new Set(
    lines
      .flatMap((line) => readEmbeddedMetrics(JSON.stringify(line)))
      .map(({ namespace, name, unit, dimensions }) =>
        JSON.stringify([
          namespace,
          name,
          unit,
          Object.entries(dimensions)
            .map(([key, value]) => `${key}=${value}`)
            .sort(),
        ]),
      ),
  );
}

/** Alarms on what nobody emits, and metrics that no alarm looks at, by the last part that differs. */
const faultsOf = (alarms: readonly Alarm[], known: ReadonlySet<string>): string[] =>
  alarms
    .filter((alarm) => !known.has(seriesOf(alarm)))
    .map((alarm) => `'${alarm.AlarmName}' looks at ${seriesOf(alarm)}`);

describe('an alarm on the health of a database', () => {
  test('looks at a metric, in its unit and under its dimensions, that collect-health emits', async () => {
    const alarms = await alarmsOf();
    assert.ok(alarms.length > 30);
    assert.deepEqual(faultsOf(alarms, await emitted()), []);
  });

  test('is there for every metric that collect-health pays for', async () => {
    const looked = new Set((await alarmsOf()).map((alarm) => watchedBy(alarm).MetricName));
    const names = [...(await emitted())].map((series) => (JSON.parse(series) as string[])[1]);
    assert.deepEqual(
      names.filter((name) => !looked.has(name ?? '')),
      [],
    );
  });

  for (const [what, change] of [
    ['a metric', { MetricName: 'Connections' }],
    ['a unit', { Unit: 'None' }],
    ['a dimension', { Dimensions: [{ Name: 'service', Value: 'collect-health' }] }],
    ['a namespace', { Namespace: 'gameday' }],
  ] as const) {
    test(`is reported when ${what} is called otherwise on one side`, async () => {
      const alarm = (await alarmsOf()).find(({ MetricName }) => MetricName !== undefined);
      assert.ok(alarm);
      assert.equal(faultsOf([{ ...alarm, ...change }], await emitted()).length, 1);
    });
  }

  test('is reported by name when the collector calls its metric otherwise', async () => {
    const renamed = new Set([...(await emitted())].map((series) => series.replace('DeadlocksPerHour', 'Deadlocks')));
    const faults = faultsOf(await alarmsOf(), renamed);
    assert.equal(faults.length, 2);
    for (const fault of faults)
      assert.match(fault, /pg-gameday-deadlocks-(warning|critical)-orders-prod' looks at .*DeadlocksPerHour/);
  });

  test('links to a section of the runbook, and every section of an alarm belongs to one', async () => {
    const sections = [...textOf('docs/runbooks/collect-health.md').matchAll(/^### ([a-z-]+)$/gm)].map(
      ([, name]) => name,
    );
    const linked = (await alarmsOf()).map(
      ({ AlarmDescription }) => /Runbook: docs\/runbooks\/collect-health\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1],
    );
    assert.deepEqual([...new Set(linked)].sort(), [...new Set(sections)].sort());
  });

  test('goes by the lines of operations.yml, with the severity that it names, and by its own where it is left out', async () => {
    const find = async (health: unknown, name: string) =>
      (await alarmsOf(health)).find(({ AlarmName }) => AlarmName === name);
    const own = await find({}, 'pg-gameday-connections-critical-orders-prod-prod');
    assert.equal(own?.['Threshold'], 90);
    assert.match(own.AlarmDescription, / Severity P2\. Runbook: /);
    const health = { alarms: { connections: { critical: 95, severity: { critical: 'P1' } } } };
    const set = await find(health, 'pg-gameday-connections-critical-orders-prod-prod');
    assert.equal(set?.['Threshold'], 95);
    assert.match(set.AlarmDescription, / Severity P1\. Runbook: /);
    const warning = await find(health, 'pg-gameday-connections-warning-orders-prod-prod');
    assert.equal(warning?.['Threshold'], 75);
  });

  test('takes silence for the worst where it says that nobody measures, and nowhere else', async () => {
    const treatments = Map.groupBy(await alarmsOf(), (alarm) => String(alarm['TreatMissingData']));
    const names = (treatment: string) => (treatments.get(treatment) ?? []).map((alarm) => watchedBy(alarm).MetricName);
    assert.deepEqual([...new Set(names('breaching'))], ['HealthPasses', 'PassesSeen']);
    assert.deepEqual([...new Set(names('notBreaching'))], ['CacheHitPercent']);
    assert.deepEqual([...treatments.keys()].sort(), ['breaching', 'ignore', 'notBreaching'].sort());
  });
});

describe('the logs of a stage', () => {
  test('have a price: of what is kept for a month, and of a year where it is asked for', () => {
    const policy = parseOperations(policyWith({}));
    const [test, prod] = [logsPrice(policy, 'test'), logsPrice(policy, 'prod')];
    assert.deepEqual([test.gigabytes, test.cold, test.month === test.hot], [2, 0, true]);
    assert.ok(prod.cold > 0.1 && Math.abs(prod.month - prod.hot - prod.cold) < 1e-9);
    const all = parseOperations(policyWith({ 'stages.prod.logs': { cold: true, postgresql: true } }));
    assert.equal(logsPrice(all, 'prod').gigabytes, prod.gigabytes + 5);
    // Half a dollar of each GB that comes in, and some cents for the year.
    assert.ok(Math.abs(prod.hot / prod.gigabytes - 0.5) < 0.01 && prod.cold / prod.gigabytes < 0.07);
  });
});

describe('the metrics of a stage', () => {
  test('have a price, and more of them than operations.yml allows are refused', async () => {
    const policy = parseOperations(policyWith({}));
    const { metrics, alarms, platform, dashboards, month } = await healthPrice(policy, 'prod');
    assert.ok(metrics > 10 && alarms > metrics);
    assert.deepEqual([platform > 0, dashboards], [true, 1]);
    assert.ok(Math.abs(month - (metrics * 0.3 + (alarms + platform) * 0.1 + dashboards * 3)) < 1e-9);
    const fewer = parseOperations(policyWith({ 'health.mostMetrics': metrics - 1 }));
    await assert.rejects(healthPrice(fewer, 'prod'), {
      message: new RegExp(`stage 'prod' has ${metrics} metrics of health, at most ${metrics - 1} are allowed\nHINT: `),
    });
  });
});
