// What the metrics and alarms of collect-health cost a month in the stage that is packaged; more metrics than operations.yml
// allows are refused.
import healthAlarms from './health-alarms.cjs';
import platformMetrics from './platform-metrics.cjs';

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
  const platform = Object.keys(await platformMetrics.platformAlarmsOf(stage, stages[stage].metrics)).length;
  const dashboards = Object.keys(databases).length;
  const { metricMonth, alarmMonth, dashboardMonth } = health.prices;
  const prices = {
    ...{ metrics: metrics * metricMonth, alarms: alarms * alarmMonth },
    ...{ platform: platform * alarmMonth, dashboards: dashboards * dashboardMonth },
  };
  const month = Object.values(prices).reduce((sum, one) => sum + one, 0);
  return { metrics, alarms, platform, dashboards, prices, month };
}
