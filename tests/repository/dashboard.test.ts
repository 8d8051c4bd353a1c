import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import makeDashboard from '../../packaging/cloudformation/dashboard.cjs';
import makeDatabaseAlarms from '../../packaging/cloudformation/database-alarms.cjs';
import { readEmbeddedMetrics } from '../../sandbox/services/cloudwatch/emf.ts';
import { type MetricDatum, makeMetricStore } from '../../sandbox/services/cloudwatch/metric-store.ts';
import { publishQueueMetric } from '../../sandbox/services/cloudwatch/queue-metrics.ts';
import { publishStatesMetrics } from '../../sandbox/services/cloudwatch/states-metrics.ts';
import { publishBackupMetrics, publishHealth } from '../../shared/metrics/backup.ts';
import { publishLeftovers, publishSnapshotQuota } from '../../shared/metrics/housekeeping.ts';
import { evidenceWith } from '../support/evidence-sample.ts';
import { captureLog } from '../unit/shared/lambda/capture-log.ts';
import { policyWith } from '../unit/shared/policy/operations-text.ts';
import { at, stringsIn } from './files.ts';
import { resources, stateMachinesByKey } from './templates/configuration.ts';

type Widget = {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
    readonly metrics?: readonly (readonly (string | Record<string, unknown>)[])[];
    readonly alarms?: readonly string[];
  };
};

const nightly = ['fantasy', 'orders-eu'];
const databases = [...nightly, 'by-hand'];
const seriesOf = ({ namespace, name, dimensions }: Pick<MetricDatum, 'namespace' | 'name' | 'dimensions'>): string =>
  [namespace, name, ...Object.entries(dimensions).sort().flat()].join(' ');

/** As Fn::Sub has it. */
const reference = (name: string) => `\${${name}}`;
const machineIds = () => Object.values(stateMachinesByKey()).map(({ id }) => id);

/** Everything that anybody writes, by what writes it: functions their log, Step Functions and SQS their own. */
async function published(): Promise<Set<string>> {
  const { lines } = await captureLog(async () => {
    for (const database of databases) {
      publishBackupMetrics({ ...evidenceWith((place) => place), database });
      if (nightly.includes(database))
        publishHealth(
          database,
          {
            ...{ verifiedHours: 6, provenHereHours: 6, restorableSeconds: 240, replicatedSeconds: 240 },
            ...{ isSizeOdd: false, isDurationOdd: false },
          },
          { failed: 0, stale: 0 },
        );
    }
    publishSnapshotQuota({ used: 1, most: 100 });
    publishLeftovers({ expired: 0, suspects: 0 });
  });
  const found = new Set(lines.flatMap((line) => readEmbeddedMetrics(JSON.stringify(line))).map(seriesOf));
  const store = makeMetricStore();
  const report = publishStatesMetrics(store);
  for (const id of machineIds()) {
    const detail = { status: 'FAILED', stateMachineArn: reference(id), startDate: 0, stopDate: 1 };
    report({ kind: 'status', region: 'us-east-1', time: new Date(), detail } as never);
  }
  const targetArn = `arn:aws:sqs:us-east-1:123456789012:${reference('UndeliveredQueue.QueueName')}`;
  publishQueueMetric(store, [{ targetArn, functionName: 'f', body: '', errorMessage: '' }]);
  for (const metric of store.list('us-east-1')) found.add(seriesOf(metric));
  return found;
}

/** What the dashboard shows and nobody writes, or what it leaves out. */
async function faultsOf(text: string): Promise<string[]> {
  const { widgets } = JSON.parse(text) as { widgets: Widget[] };
  const faults: string[] = [];
  const known = await published();
  const shown = new Set<string>();
  for (const { properties } of widgets) {
    const ids = (properties.metrics ?? []).map((line) => (line.at(-1) as { id?: string }).id);
    for (const line of properties.metrics ?? []) {
      const [namespace = '', name = '', ...pairs] = line.filter((part) => typeof part === 'string');
      if (namespace === '') {
        const expression = String((line[0] as Record<string, unknown>)['expression']);
        for (const [id] of expression.matchAll(/[a-z]+\d+/g))
          if (!ids.includes(id)) faults.push(`'${expression}' sums up '${id}', which is not there`);
        continue;
      }
      const names = pairs.filter((_, index) => index % 2 === 0);
      const dimensions = Object.fromEntries(names.map((dimension, index) => [dimension, pairs[2 * index + 1] ?? '']));
      const series = seriesOf({ namespace, name, dimensions });
      shown.add(series);
      if (!known.has(series)) faults.push(`nobody writes '${series}'`);
    }
  }
  // Of the databases and the machines, all that is written is shown, but what only alarms look at.
  const left = [...known].filter(
    (series) => !shown.has(series) && /^(pg-gameday|AWS\/States Executions(Failed|Timed))/.test(series),
  );
  for (const series of left.filter((one) => !/ (OddBackups|ManualSnapshots|(Failed|Stale)RestorePaths) /.test(one)))
    faults.push(`'${series}' is not shown`);
  const { Resources } = await makeDatabaseAlarms({ resolveVariable: async () => 'dev' });
  const alarms = [...Object.entries(resources()), ...Object.entries(Resources)].flatMap(([id, resource]) =>
    at(resource, 'Type') === 'AWS::CloudWatch::Alarm' ? [reference(`${id}.Arn`)] : [],
  );
  const looked = widgets.flatMap(({ properties }) => properties.alarms ?? []);
  for (const alarm of alarms) if (!looked.includes(alarm)) faults.push(`alarm '${alarm}' is not shown`);
  for (const alarm of looked) if (!alarms.includes(alarm)) faults.push(`alarm '${alarm}' does not exist`);
  for (const [index, one] of widgets.entries()) {
    if (one.x + one.width > 24) faults.push(`widget ${index} is beyond the 24 columns`);
    const overlaps = widgets.some(
      (other, at) =>
        at < index &&
        one.x < other.x + other.width &&
        other.x < one.x + one.width &&
        one.y < other.y + other.height &&
        other.y < one.y + one.height,
    );
    if (overlaps) faults.push(`widget ${index} lies over another`);
    if (stringsIn(one.properties.title).length === 0) faults.push(`widget ${index} has no title`);
  }
  return faults;
}

describe('the dashboard of three databases', () => {
  let place: string;
  let body: string;
  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'dashboard-'));
    const file = path.join(place, 'operations.yml');
    const policy = policyWith({ 'stages.dev.databases': undefined }) as { stages: { dev: object } };
    Object.assign(policy.stages.dev, {
      databases: Object.fromEntries(databases.map((name) => [name, { nightly: nightly.includes(name) }])),
    });
    writeFileSync(file, stringify(policy));
    process.env['OPERATIONS_FILE'] = file;
    const { Resources } = await makeDashboard({ resolveVariable: async () => 'dev' });
    body = Resources.Dashboard.Properties.DashboardBody['Fn::Sub'];
  });
  afterAll(async () => {
    delete process.env['OPERATIONS_FILE'];
    await rm(place, { recursive: true });
  });

  test('shows each of them, every machine and alarm, and only metrics that somebody writes', async () => {
    assert.deepEqual(await faultsOf(body), []);
  });

  test('shows the age of the newest verified backup in both regions', () => {
    const ages = body.match(/"VerifiedBackupHours".*?\}\]/g) ?? [];
    assert.deepEqual(
      ages.map((line) => /"label":"(.*?)"/.exec(line)?.[1]),
      ['us-east-1', 'us-west-2'].flatMap((region) => nightly.map((name) => `${name} ${region}`)),
    );
  });

  test('draws the line of each alarm where the alarm has it', async () => {
    const { Resources } = await makeDatabaseAlarms({
      resolveVariable: async () => 'prod', // where proofs alternate
    });
    const thresholds = new Map(
      Object.values(Resources).map(({ Properties }) => [Properties['MetricName'], Properties['Threshold']]),
    );
    const { widgets } = JSON.parse(body) as { widgets: Widget[] };
    const lines = widgets.flatMap(({ properties }) =>
      (properties.annotations?.horizontal ?? []).map(
        ({ value }) => [String(properties.metrics?.[0]?.[1]), value] as const,
      ),
    );
    assert.deepEqual(lines.map(([metric]) => metric).sort(), [
      'ProvenHereHours',
      'RestorableSeconds',
      'VerifiedBackupHours',
    ]);
    for (const [metric, value] of lines) assert.equal(value, thresholds.get(metric), metric);
  });

  test('is reported when it shows what is not there, or leaves something out', async () => {
    const change = async (from: string, to: string) => {
      assert.ok(body.includes(from), from);
      return (await faultsOf(body.replaceAll(from, to))).join('\n');
    };
    assert.match(await change('DurationSeconds', 'Seconds'), /nobody writes 'pg-gameday Seconds Database fantasy/);
    assert.match(await change('"watch-backups"', '"backup-and-verify"'), /nobody writes .*VerifiedBackupHours/);
    assert.match(await change('"Leftovers"', '"Rest"'), /nobody writes 'pg-gameday Rest/);
    assert.match(
      await change('"Database","by-hand"', '"Database","gone"'),
      /SourceBytes Database by-hand .* is not shown/,
    );
    assert.match(
      await change(reference('Retention'), reference('Others')),
      /StateMachineArn \$\{Retention\}' is not shown/,
    );
    assert.match(await change('"id":"failed2"', '"id":"other"'), /sums up 'failed2', which is not there/);
    assert.match(
      await change('LeftoversAlarm', 'OtherAlarm'),
      /'\$\{LeftoversAlarm.Arn\}' is not shown[\s\S]*OtherAlarm.* does not exist/,
    );
    assert.match(await change('"x":12,"y":0', '"x":6,"y":0'), /widget 1 lies over another/);
    assert.match(await change('"x":12', '"x":13'), /beyond the 24 columns/);
  });
});
