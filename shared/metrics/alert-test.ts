import { Metrics } from '@aws-lambda-powertools/metrics';

const metricsOf = () => new Metrics({ namespace: 'pg-gameday', serviceName: 'alert-test' });

/** Any is a P1 by its alarm, which is not told from others by anything but its name. */
export function publishTestRaised(): void {
  const metrics = metricsOf();
  metrics.addMetric('AlertTestsRaised', 'Count', 1);
  metrics.publishStoredMetrics();
}

/** How long it took from the metric above until somebody had answered. */
export function publishTestAnswered(seconds: number): void {
  const metrics = metricsOf();
  metrics.addMetric('AlertTestSeconds', 'Seconds', seconds);
  metrics.publishStoredMetrics();
}
