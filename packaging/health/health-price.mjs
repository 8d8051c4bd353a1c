// What the metrics and alarms of collect-health cost a month in the stage that is packaged; more metrics than operations.yml
// allows are refused.
import healthAlarms from './health-alarms.cjs';

/** `policy` is the checked operations.yml. */
export async function healthPrice({ health, stages }, stage) {
  const { healthMetrics } = await import('../../shared/domain/health/metrics.ts');
  const { databases, dr } = stages[stage];
  const names = Object.values(healthMetrics);
  const instances = new Set(Object.values(databases).flatMap(({ instance, replicas }) => [instance, ...replicas]));
  const metrics =
    instances.size * names.filter(({ of }) => of === 'Instance').length +
    Object.keys(databases).length * names.filter(({ of }) => of === 'Database').length;
  const most = health.mostMetrics * Object.keys(databases).length;
  if (metrics > most) {
    throw new Error(
      `stage '${stage}' has ${metrics} metrics of health, at most ${most} are allowed\nHINT: Raise 'health.mostMetrics' in operations.yml, or watch fewer databases and replicas.`,
    );
  }
  const alarms = Object.keys(await healthAlarms.healthAlarmsOf(stage, databases, health, dr !== undefined)).length;
  const { metricMonth, alarmMonth } = health.prices;
  const prices = { metrics: metrics * metricMonth, alarms: alarms * alarmMonth };
  return { metrics, alarms, prices, month: prices.metrics + prices.alarms };
}
