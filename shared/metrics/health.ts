import { Metrics } from '@aws-lambda-powertools/metrics';
import type { InstanceHealth } from '../contracts/collect-health.ts';
import { type HealthMetric, healthMetrics, type Measured } from '../domain/health/metrics.ts';

/** What one pass has measured, in CloudWatch's embedded metric format: of the instance, and of each database in it. */
export function publishInstanceHealth(health: InstanceHealth): void {
  for (const metrics of metricsOf(health)) metrics.publishStoredMetrics();
}

/** The same, before it is written. Dimensions: service, and the instance or the database. What is not known is not reported. */
export function metricsOf(health: InstanceHealth): Metrics[] {
  const ofDatabases = Object.entries(health.databaseMetrics).map(
    ([Database, metrics]) => [{ Database }, metrics] as const,
  );
  const all = [[{ Instance: health.instanceId }, health.metrics] as const, ...ofDatabases];
  return all.flatMap(([dimension, measured]) => of(dimension, measured));
}

function of(dimension: Readonly<Record<string, string>>, measured: Measured): Metrics[] {
  const entries = Object.entries(measured);
  if (entries.length === 0) return [];
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'collect-health' });
  metrics.addDimensions(dimension);
  for (const [name, value] of entries) metrics.addMetric(name, unitOf(name), value);
  return [metrics];
}

const unitOf = (name: string) => healthMetrics[name as HealthMetric].unit;
