import { Metrics } from '@aws-lambda-powertools/metrics';
import type { InstanceHealth } from '../contracts/collect-health.ts';
import { type HealthMetric, healthMetrics, type Measured } from '../domain/health/metrics.ts';

/** What one pass has measured, in CloudWatch's embedded metric format: of the instance, and of each database in it. */
export function publishInstanceHealth(health: InstanceHealth): void {
  publish({ Instance: health.instanceId }, health.metrics);
  for (const [database, metrics] of Object.entries(health.databaseMetrics)) publish({ Database: database }, metrics);
}

/** Dimensions: service, and the instance or the database. What is not known is not reported. */
function publish(dimension: Readonly<Record<string, string>>, measured: Measured): void {
  const entries = Object.entries(measured);
  if (entries.length === 0) return;
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'collect-health' });
  metrics.addDimensions(dimension);
  for (const [name, value] of entries) metrics.addMetric(name, unitOf(name), value);
  metrics.publishStoredMetrics();
}

const unitOf = (name: string) => healthMetrics[name as HealthMetric].unit;
