import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

function publish(serviceName: string, name: string, unit: (typeof MetricUnit)[keyof typeof MetricUnit], value: number) {
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName });
  metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
}

/** That an event has come through the bus, a rule and a machine to a function: the other region counts it. */
export const countHeartbeat = (): void => publish('alert', 'AlertHeartbeats', MetricUnit.Count, 1);
export const countOtherRegion = (heartbeats: number): void =>
  publish('watch-alerts', 'OtherRegionHeartbeats', MetricUnit.Count, heartbeats);
export const countTestAge = (days: number): void =>
  publish('watch-alerts', 'DaysSinceAlertTest', MetricUnit.NoUnit, days);
export const countMissedEvents = (missed: number): void =>
  publish('watch-alerts', 'MissedEvents', MetricUnit.Count, missed);
