import assert from 'node:assert/strict';
import databaseAlarms from '../../../packaging/cloudformation/database-alarms.cjs';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { readMetricAlarm } from '../../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { readEmbeddedMetrics } from '../../../sandbox/services/cloudwatch/emf.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import type { BackupHealth } from '../../../shared/domain/backup/health.ts';
import type { WaysBackHealth } from '../../../shared/domain/restore/recovery.ts';
import { publishHealth } from '../../../shared/metrics/backup.ts';
import { captureLog } from '../shared/lambda/capture-log.ts';

const region = 'us-east-1';
const quarter = 15 * 60_000;
const begin = Date.UTC(2026, 10, 22, 3);

const nameOf = (kind: string) => (kind.startsWith('restore-test') ? kind : `backup-and-verify-${kind}`);

/** The alarms of a stage's databases, and a watch that measures every quarter of an hour. */
async function watched(stage = 'dev') {
  const { Resources } = await databaseAlarms({ resolveVariable: async () => stage });
  const metrics = makeMetricStore();
  const alarms = makeAlarms({ account: '123456789012', metrics, now: () => new Date(begin) });
  for (const { Properties } of Object.values(Resources)) {
    alarms.put(region, readMetricAlarm({ ...Properties, AlarmActions: [], OKActions: [] } as never));
  }
  let at = begin;
  return {
    names: Object.values(Resources).map(({ Properties }) => Properties.AlarmName),
    stateOf: (kind: string) => alarms.find(region, `${nameOf(kind)}-fantasy-${stage}`)?.state.value,
    async pass(quarters: number) {
      at += quarters * quarter;
      await alarms.evaluateAt(new Date(at));
    },
    async measure({ failed = 0, stale = 0, ...change }: Partial<BackupHealth & WaysBackHealth> = {}) {
      const sound = {
        verifiedHours: 6,
        provenHereHours: 6,
        restorableSeconds: 240,
        replicatedSeconds: 240,
        isSizeOdd: false,
        isDurationOdd: false,
      };
      const { lines } = await captureLog(async () =>
        publishHealth('fantasy', { ...sound, ...change }, { failed, stale }),
      );
      const [line] = lines;
      assert.ok(line);
      const message = JSON.stringify({ ...line, _aws: { ...(line['_aws'] as object), Timestamp: at } });
      for (const datum of readEmbeddedMetrics(message)) metrics.put(region, datum);
      await this.pass(1);
    },
  };
}

describe('the alarms of a database', () => {
  test('are made for every database that is backed up nightly, and for no other', async () => {
    const kinds = ['failed', 'overdue', 'old', 'restorable', 'restore-test-failed', 'restore-test-stale', 'odd'];
    assert.deepEqual((await watched()).names, [
      ...kinds.map((kind) => `${nameOf(kind)}-fantasy-dev`),
      // Of the one whose lease is kept.
      ...['over', 'registers'].map((kind) => `pg-gameday-lease-${kind}-fantasy-dev`),
      'pg-gameday-dr-targets-fantasy-dev', // of the one that is kept ready
      'pg-gameday-promoted-fantasy-dev', // turns its name
    ]);
  });

  test('stand in the second region for what is there: copies, what turns a name, and nobody who runs or restores', async () => {
    const { Resources } = await databaseAlarms({ resolveVariable: async () => 'dev' });
    const everywhere = Object.values(Resources).filter(({ Condition }) => Condition !== 'IsFirstRegion');
    assert.deepEqual(
      everywhere.map(({ Properties }) => Properties.AlarmName),
      ['backup-and-verify-old-fantasy-dev', 'pg-gameday-promoted-fantasy-dev'],
    );
  });

  test('report where proofs alternate that a region has not had its turn, in both regions', async () => {
    const { Resources } = await databaseAlarms({ resolveVariable: async () => 'prod' });
    const found = Object.values(Resources).find(({ Properties }) => /-not-here-/.test(Properties.AlarmName));
    assert.ok(found !== undefined && found.Condition === undefined);
    const fixture = await watched('prod');
    const { stateOf } = fixture;
    for (const provenHereHours of [6, 53.9, 53.9]) await fixture.measure({ provenHereHours });
    assert.equal(stateOf('not-here'), 'OK');
    for (const provenHereHours of [54.1, 54.3, 54.6]) await fixture.measure({ provenHereHours });
    assert.equal(stateOf('not-here'), 'ALARM');
    assert.equal(stateOf('old'), 'OK', 'the other region has had its own');
  });

  test('report in the second region alone that replicated backups stay behind or end, where they are wanted', async () => {
    const { Resources } = await databaseAlarms({ resolveVariable: async () => 'prod' });
    const found = Object.values(Resources).filter(({ Properties }) => /-replicated-/.test(Properties.AlarmName));
    assert.deepEqual(
      found.map(({ Condition }) => Condition),
      ['IsSecondRegion'],
    );
    const { names } = await watched('dev');
    assert.ok(!names.some((name) => name.includes('-replicated-')), 'nobody wants them there');
    for (const bad of [{ replicatedSeconds: 1801 }, { replicatedSeconds: undefined }]) {
      const fixture = await watched('prod');
      const { stateOf } = fixture;
      for (const replicatedSeconds of [240, 1800, 1800]) await fixture.measure({ replicatedSeconds });
      assert.equal(stateOf('replicated'), 'OK');
      await fixture.measure(bad);
      assert.equal(stateOf('replicated'), 'OK', 'once may be chance');
      for (let more = 0; more < 4 && stateOf('replicated') !== 'ALARM'; more += 1) await fixture.measure(bad);
      assert.equal(stateOf('replicated'), 'ALARM');
      assert.equal(stateOf('restorable'), 'OK', 'those of the instance itself are well');
    }
  });

  for (const [kind, what, bad] of [
    ['old', 'no verified snapshot of the last 30 hours is there', { verifiedHours: 30.2 }],
    ['old', 'no verified snapshot is there at all', { verifiedHours: undefined }],
    ['restorable', 'the last 15 minutes cannot be restored', { restorableSeconds: 901 }],
    ['restorable', 'RDS reports no restorable moment', { restorableSeconds: undefined }],
    ['restore-test-failed', 'a way back is not proven by its last test', { failed: 1 }],
    ['restore-test-stale', 'a way back was not proven for too long', { stale: 1 }],
    ['odd', 'the size is far from history', { isSizeOdd: true }],
    ['odd', 'the duration is far from history', { isDurationOdd: true }],
  ] as const) {
    test(`page when ${what}, not for once, until it is well again`, async () => {
      const { measure, stateOf, pass } = await watched();
      const fixture = { measure, pass };
      await fixture.measure();
      await fixture.measure();
      assert.equal(stateOf(kind), 'OK');
      await fixture.measure(bad);
      assert.equal(stateOf(kind), 'OK', 'once may be chance');
      // What is not reported is looked for among older data first.
      for (let more = 0; more < 4 && stateOf(kind) !== 'ALARM'; more += 1) await fixture.measure(bad);
      assert.equal(stateOf(kind), 'ALARM');
      await fixture.measure();
      await fixture.measure();
      assert.equal(stateOf(kind), 'OK');
    });
  }

  test('page when nobody measures any more', async () => {
    const fixture = await watched();
    await fixture.measure();
    await fixture.pass(8);
    for (const kind of ['old', 'restorable', 'restore-test-failed', 'restore-test-stale', 'odd'])
      assert.equal(fixture.stateOf(kind), 'ALARM', kind);
  });
});
