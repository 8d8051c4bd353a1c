import healthAlarms from '../../packaging/health/health-alarms.cjs';
import type { InstanceHealth } from '../../shared/contracts/collect-health.ts';
import type { HealthRule } from '../../shared/domain/health/assess-health.ts';
import type { UpkeepReading } from '../../shared/domain/health/upkeep.ts';
import { metricsOf } from '../../shared/metrics/health.ts';
import { makeAlarms } from '../services/cloudwatch/alarms/alarms.ts';
import { readMetricAlarm } from '../services/cloudwatch/alarms/read-alarm.ts';
import { readEmbeddedMetrics } from '../services/cloudwatch/emf.ts';
import { makeMetricStore } from '../services/cloudwatch/metric-store.ts';
import { type Servers, startCollector } from './collector.ts';

const region = 'us-east-1';
/** Lines of operations.yml that would take gigabytes to cross. */
const drillHealth = { alarms: { 'slot-retained': { warning: 20e6, critical: 40e6 } } };

/** Real servers, the collector, and the alarms of the packaged stage on what it emits; only the clock is moved on. */
export type Driven = {
  /** So many passes, a minute or more after one another, each with an evaluation of all alarms. The last one's findings. */
  minutes(count: number, apart?: number): Promise<InstanceHealth[]>;
  /** Time passes and nobody measures. */
  silence(minutes: number): Promise<void>;
  /** From now on the collector's clock is wrong by so many minutes. */
  skew(minutes: number): void;
  /** What RDS says of the primary from now on; what is left out is without fault. */
  upkeep(change: Partial<UpkeepReading>): void;
  /** Milliseconds since 1970 by the clock of the alarms. */
  now(): number;
  /** Alarms that are raised, `<kind>-<level>`, in the order of the alphabet. */
  raised(): string[];
};

export async function driveHealth(servers: Servers, rule: Partial<HealthRule> = {}): Promise<Driven> {
  const [primary = '', ...replicas] = Object.keys(servers);
  const definitions = await healthAlarms.healthAlarmsOf('test', { app: { instance: primary, replicas } }, drillHealth);
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
        for (const written of found.flatMap(metricsOf)) {
          const line = written.serializeMetrics() as { readonly _aws: object };
          const dated = { ...line, _aws: { ...line._aws, Timestamp: collector.now() } };
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
    skew: collector.skew,
    upkeep: collector.upkeep,
    now: collector.now,
    raised: () =>
      alarms
        .list(region)
        .filter(({ state }) => state.value === 'ALARM')
        .map(({ definition }) => definition.name.replace(/^pg-gameday-(.*-(warning|critical))-.*$/, '$1'))
        .sort(),
  };
}
