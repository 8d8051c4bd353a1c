import assert from 'node:assert/strict';
import databaseAlarms from '../../../packaging/cloudformation/database-alarms.cjs';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { readMetricAlarm } from '../../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { readEmbeddedMetrics } from '../../../sandbox/services/cloudwatch/emf.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import type { LeasePassReport } from '../../../shared/contracts/keep-lease/keep-lease.ts';
import { publishLease } from '../../../shared/metrics/lease.ts';
import { captureLog } from '../shared/lambda/capture-log.ts';

const region = 'us-east-1';
const minute = 60_000;

const pass: LeasePassReport = {
  ...{ database: 'fantasy', holder: 'us-east-1/fantasy-dev', mode: 'enforce', did: 'renewed', epoch: 1, accepts: true },
  ...{
    secondsLeft: 178,
    registersRead: 3,
    registersWritten: 3,
    silent: [],
    fenced: [],
    deadManSeconds: 2,
    reason: null,
  },
};

/** Alarms of the packaged stage on what the agent emits; only the clock is moved on. */
async function driven() {
  const { Resources } = await databaseAlarms({ resolveVariable: async () => 'dev' });
  let at = Date.UTC(2026, 10, 30, 12);
  const metrics = makeMetricStore();
  const alarms = makeAlarms({ account: '123456789012', metrics, now: () => new Date(at) });
  const ours = Object.values(Resources).filter(({ Properties }) => /-lease-/.test(Properties.AlarmName));
  for (const { Properties } of ours) {
    alarms.put(region, readMetricAlarm({ ...Properties, AlarmActions: [], OKActions: [] } as never));
  }
  return {
    async minutes(count: number, report?: Partial<LeasePassReport>) {
      for (let passed = 0; passed < count; passed += 1) {
        const { lines } = await captureLog(async () => {
          if (report !== undefined) publishLease({ ...pass, ...report });
        });
        for (const line of lines) {
          const dated = { ...line, _aws: { ...(line['_aws'] as object), Timestamp: at } };
          for (const datum of readEmbeddedMetrics(JSON.stringify(dated))) metrics.put(region, datum);
        }
        at += minute;
        await alarms.evaluateAt(new Date(at));
      }
    },
    raised: () =>
      alarms
        .list(region)
        .filter(({ state }) => state.value === 'ALARM')
        .map(({ definition }) => definition.name)
        .sort(),
  };
}

describe('the alarms of a lease', () => {
  const over = 'pg-gameday-lease-over-fantasy-dev';
  const registers = 'pg-gameday-lease-registers-fantasy-dev';

  test('are quiet while it is renewed, also when one pass fails', async () => {
    const { minutes, raised } = await driven();
    await minutes(20, {});
    await minutes(1, { secondsLeft: 0, registersWritten: 0 });
    await minutes(2, {});
    assert.deepEqual(raised(), []);
  });

  test('report a lease that ends, and an agent that says nothing', async () => {
    for (const report of [{ secondsLeft: 59 }, undefined]) {
      const { minutes, raised } = await driven();
      await minutes(20, {});
      await minutes(1, report);
      assert.deepEqual(raised(), []);
      await minutes(3, report);
      assert.deepEqual(raised(), [over]);
      await minutes(3, {});
      assert.deepEqual(raised(), []);
    }
  });

  test('report a region whose register was not written for a quarter of an hour', async () => {
    const { minutes, raised } = await driven();
    await minutes(20, {});
    await minutes(14, { registersWritten: 2 });
    assert.deepEqual(raised(), []);
    await minutes(2, { registersWritten: 2 });
    assert.deepEqual(raised(), [registers]);
    await minutes(2, {});
    assert.deepEqual(raised(), []);
  });
});
