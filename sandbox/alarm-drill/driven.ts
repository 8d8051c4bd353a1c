import healthAlarms from '../../../packaging/health/health-alarms.cjs';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { readMetricAlarm } from '../../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { readEmbeddedMetrics } from '../../../sandbox/services/cloudwatch/emf.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import type { InstanceHealth } from '../../../shared/contracts/collect-health.ts';
import type { HealthRule } from '../../../shared/domain/health/assess-health.ts';
import { publishInstanceHealth } from '../../../shared/metrics/health.ts';
import type { BootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { captureLog } from '../../unit/shared/lambda/capture-log.ts';
import { startCollector } from './collector.ts';

const region = 'us-east-1';

/** Real servers, the collector, and the alarms of the packaged stage on what it emits; only the clock is moved on. */
export type Driven = {
  /** So many passes, a minute or more after one another, each with an evaluation of all alarms. The last one's findings. */
  minutes(count: number, apart?: number): Promise<InstanceHealth[]>;
  /** Time passes and nobody measures. */
  silence(minutes: number): Promise<void>;
  /** Alarms that are raised, `<kind>-<level>`, in the order of the alphabet. */
  raised(): string[];
};

export async function driveHealth(
  servers: Readonly<Record<string, Pick<BootstrappedServer, 'target'>>>,
  rule: Partial<HealthRule> = {},
): Promise<Driven> {
  const [primary = '', ...replicas] = Object.keys(servers);
  const definitions = await healthAlarms.healthAlarmsOf('test', { app: { instance: primary, replicas } }, {});
  const metrics = makeMetricStore();
  const collector = startCollector(servers, rule);
  const alarms = makeAlarms({ account: '123456789012', metrics, now: () => new Date(collector.now()) });
  for (const { Properties } of Object.values(definitions)) {
    alarms.put(region, readMetricAlarm({ ...Properties, AlarmActions: [], OKActions: [] } as never));
  }
  /** When the minute of the pass is over. */
  const evaluate = () => alarms.evaluateAt(new Date(collector.now() - 1000 + 60_000));
  return {
    async minutes(count, apart = 1) {
      let found: InstanceHealth[] = [];
      for (let pass = 0; pass < count; pass += 1) {
        found = await collector.passes(apart);
        const { lines } = await captureLog(async () => {
          for (const health of found) publishInstanceHealth(health);
        });
        for (const line of lines) {
          const dated = { ...line, _aws: { ...(line['_aws'] as object), Timestamp: collector.now() } };
          for (const datum of readEmbeddedMetrics(JSON.stringify(dated))) metrics.put(region, datum);
        }
        await evaluate();
      }
      return found;
    },
    async silence(minutes) {
      for (let minute = 0; minute < minutes; minute += 1) {
        collector.move(1);
        await evaluate();
      }
    },
    raised: () =>
      alarms
        .list(region)
        .filter(({ state }) => state.value === 'ALARM')
        .map(({ definition }) => definition.name.replace(/^pg-gameday-(.*-(warning|critical))-.*$/, '$1'))
        .sort(),
  };
}
