import assert from 'node:assert/strict';
import databaseAlarms from '../../../packaging/cloudformation/database-alarms.cjs';
import { publishTestRaised } from '../../../shared/metrics/alert-test.ts';
import { publishBackupMetrics, publishHealth } from '../../../shared/metrics/backup.ts';
import { publishCostMetrics } from '../../../shared/metrics/cost.ts';
import { publishFailover } from '../../../shared/metrics/failover.ts';
import { publishLeftovers, publishSnapshotQuota } from '../../../shared/metrics/housekeeping.ts';
import { countOtherRegion, countTestAge } from '../../../shared/metrics/watch-alerts.ts';
import { evidenceWith } from '../../support/evidence-sample.ts';
import { captureLog } from '../../unit/shared/lambda/capture-log.ts';
import { at } from '../files.ts';
import { resources } from '../templates/configuration.ts';

type Watched = { readonly namespace: string; readonly name: string; readonly dimensions: readonly string[] };

/** Every metric that an alarm looks at; a formula looks at several. */
function watchedBy(alarm: unknown): Watched[] {
  const read = (metric: unknown): Watched => ({
    namespace: String(at(metric, 'Namespace')),
    name: String(at(metric, 'MetricName')),
    dimensions: ((at(metric, 'Dimensions') ?? []) as unknown[])
      .map((one) => `${at(one, 'Name')}=${JSON.stringify(at(one, 'Value'))}`)
      .sort(),
  });
  const parts = (at(alarm, 'Properties', 'Metrics') ?? []) as unknown[];
  if (parts.length === 0) return [read(at(alarm, 'Properties'))];
  return parts.flatMap((one) => (at(one, 'MetricStat') === undefined ? [] : [read(at(one, 'MetricStat', 'Metric'))]));
}

/** What the functions write in CloudWatch's embedded format: a metric is named by exactly its dimensions. */
async function published(database: string): Promise<Set<string>> {
  const { lines } = await captureLog(async () => {
    publishBackupMetrics({ ...evidenceWith((place) => place), database });
    publishHealth(
      database,
      {
        ...{ verifiedHours: 1, provenHereHours: 1, restorableSeconds: 1, replicatedSeconds: 1 },
        ...{ isSizeOdd: false, isDurationOdd: false },
      },
      { failed: 0, stale: 0 },
    );
    publishSnapshotQuota({ used: 1, most: 2 });
    publishLeftovers({ expired: 0, suspects: 0 });
    const analysis = { events: [], spend: 1, month: { forecast: null } };
    publishCostMetrics({ analysis, requests: 1 } as never);
    publishTestRaised();
    countOtherRegion(1);
    countTestAge(1);
    publishFailover({ rehearsal: { outage: { seconds: 61 } } } as never);
  });
  return new Set(
    lines.flatMap((line) =>
      ((at(line, '_aws', 'CloudWatchMetrics') ?? []) as unknown[]).flatMap((block) =>
        (at(block, 'Metrics') as unknown[]).map((metric) => {
          const [names = []] = at(block, 'Dimensions') as string[][];
          const dimensions = names.map((name) => `${name}=${JSON.stringify(line[name])}`).sort();
          return `${at(block, 'Namespace')} ${at(metric, 'Name')} ${dimensions.join()}`;
        }),
      ),
    ),
  );
}

const all = resources();

describe('every alarm', () => {
  test('of ours watches a metric that a function writes under exactly these dimensions', async () => {
    const { Resources } = await databaseAlarms({ resolveVariable: async () => 'prod' });
    const alarms = [...Object.entries(all), ...Object.entries(Resources)].filter(
      ([, one]) => at(one, 'Type') === 'AWS::CloudWatch::Alarm',
    );
    const known = await published('fantasy');
    const ours = alarms.flatMap(([id, alarm]) => watchedBy(alarm).map((one) => ({ id, ...one })));
    for (const { id, name, dimensions } of ours.filter(({ namespace }) => namespace === 'pg-gameday'))
      assert.ok(known.has(`pg-gameday ${name} ${dimensions.join()}`), `'${id}' watches ${name} of ${dimensions}`);
    assert.ok(ours.filter(({ namespace }) => namespace === 'pg-gameday').length >= 8);
  });

  test.each([
    ['FailedAlarm', 'ExecutionsFailed', 'failed', 12],
    ['TimedOutAlarm', 'ExecutionsTimedOut', 'timed-out', 14],
  ])('on executions, %s, watches %s of the machine whose name it has', (ending, metric, end, least) => {
    const alarms = Object.entries(all).filter(([id]) => id.endsWith(ending));
    assert.ok(alarms.length >= least, `${alarms.length}`);
    for (const [id, alarm] of alarms) {
      const machine = id.slice(0, -ending.length);
      const dimensions = [`StateMachineArn=${JSON.stringify({ Ref: machine })}`];
      assert.deepEqual(watchedBy(alarm), [{ namespace: 'AWS/States', name: metric, dimensions }], id);
      const kebab = machine.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
      assert.match(String(at(alarm, 'Properties', 'AlarmName')), new RegExp(`^pg-gameday-${kebab}-${end}-`));
    }
  });

  test('on executions rings for their time-out wherever it rings for their failure, and where a primary changes', () => {
    const workflows = (ending: string) =>
      Object.keys(all).flatMap((id) => (id.endsWith(ending) ? [id.slice(0, -ending.length)] : []));
    assert.deepEqual(
      workflows('TimedOutAlarm').sort(),
      [...workflows('FailedAlarm'), 'DrPromotion', 'DrFailback'].sort(),
    );
  });

  test('on what was not delivered watches its queue, and is raised by one message', () => {
    const alarm = all['UndeliveredAlarm'];
    assert.deepEqual(watchedBy(alarm), [
      {
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        dimensions: [`QueueName=${JSON.stringify({ 'Fn::GetAtt': ['UndeliveredQueue', 'QueueName'] })}`],
      },
    ]);
    const { Threshold, ComparisonOperator } = at(alarm, 'Properties') as Record<string, unknown>;
    assert.deepEqual([Threshold, ComparisonOperator], [1, 'GreaterThanOrEqualToThreshold']);
  });

  test('takes silence for the worst where a person would not hear of it otherwise', async () => {
    const { Resources } = await databaseAlarms({ resolveVariable: async () => 'prod' });
    const silent = [...Object.entries(Resources), ['cost', all['CostReportMissingAlarm']] as const]
      .filter(([, one]) => at(one, 'Properties', 'TreatMissingData') !== 'breaching')
      .map(([, one]) => String(at(one, 'Properties', 'AlarmName')));
    assert.deepEqual(
      silent.map((name) => name.replace(/-[a-z]+-prod$/, '')),
      ['backup-and-verify-failed'],
      'between two runs the last one counts; that there is none is another alarm',
    );
  });
});
