import assert from 'node:assert/strict';
import databaseAlarms from '../../../packaging/cloudformation/database-alarms.cjs';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { readMetricAlarm } from '../../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { readEmbeddedMetrics } from '../../../sandbox/services/cloudwatch/emf.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import { assessReadiness } from '../../../shared/domain/readiness/assess-readiness.ts';
import { publishReadiness } from '../../../shared/metrics/readiness.ts';
import { measured, now, sound } from '../shared/domain/readiness/sound-facts.ts';
import { captureLog } from '../shared/lambda/capture-log.ts';

const region = 'us-east-1';
const hour = 3_600_000;
const name = 'pg-gameday-dr-targets-fantasy-dev';

/** The alarm of the packaged stage on what an hourly assessment emits; only the clock is moved on. */
async function driven() {
  const { Resources } = await databaseAlarms({ resolveVariable: async () => 'dev' });
  let at = Date.UTC(2026, 10, 30, 12);
  const metrics = makeMetricStore();
  const alarms = makeAlarms({ account: '123456789012', metrics, now: () => new Date(at) });
  const ours = Object.values(Resources).filter(({ Properties }) => Properties.AlarmName === name);
  assert.equal(ours.length, 1);
  for (const { Properties } of ours)
    alarms.put(region, readMetricAlarm({ ...Properties, AlarmActions: [], OKActions: [] } as never));
  return {
    /** `seconds`: what each promotion before has taken; nothing: nobody assesses. */
    async hours(count: number, seconds?: number, lag = 20) {
      for (let passed = 0; passed < count; passed += 1) {
        const { lines } = await captureLog(async () => {
          if (seconds === undefined) return;
          const { primary, standby, rule } = sound();
          const facts = standby.facts === null ? null : { ...standby.facts, beatAt: now - lag * 1000 };
          const sides = { primary, standby: { ...standby, facts } };
          const past = measured(seconds, seconds, seconds);
          publishReadiness({ ...assessReadiness('app', sides, rule, past, now), database: 'fantasy' });
        });
        for (const line of lines) {
          const dated = { ...line, _aws: { ...(line['_aws'] as object), Timestamp: at } };
          for (const datum of readEmbeddedMetrics(JSON.stringify(dated))) metrics.put(region, datum);
        }
        at += hour;
        await alarms.evaluateAt(new Date(at));
      }
    },
    raised: () =>
      alarms
        .list(region)
        .filter(({ state }) => state.value === 'ALARM')
        .map(({ definition }) => definition.name),
  };
}

describe('the alarm on what a promotion would cost', () => {
  test('is quiet while both targets would be kept, and for one hour in which they would not', async () => {
    const { hours, raised } = await driven();
    await hours(5, 600);
    await hours(1, 3200);
    await hours(2, 600);
    assert.deepEqual(raised(), []);
  });

  for (const [what, seconds, lag] of [
    ['the time', 3200, 20],
    ['the loss', 600, 901],
    ['nothing, because nobody assesses', undefined, 20],
  ] as const) {
    test(`rings when ${what} would break a target for two hours, and ends when it would not`, async () => {
      const { hours, raised } = await driven();
      await hours(5, 600);
      await hours(5, seconds, lag);
      assert.deepEqual(raised(), [name]);
      await hours(3, 600);
      assert.deepEqual(raised(), []);
    });
  }
});
