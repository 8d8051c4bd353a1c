import { Metrics } from '@aws-lambda-powertools/metrics';
import type { DrillEvidence } from '../contracts/dr-drill/dr-drill.ts';

/** Dimension: service. What was not measured is not reported as short. */
export function publishDrill({ rtoSeconds, rpoSeconds }: Pick<DrillEvidence, 'rtoSeconds' | 'rpoSeconds'>): void {
  if (rtoSeconds === null && rpoSeconds === null) return;
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'dr-drill' });
  if (rtoSeconds !== null) metrics.addMetric('DrillRtoSeconds', 'Seconds', rtoSeconds);
  if (rpoSeconds !== null) metrics.addMetric('DrillRpoSeconds', 'Seconds', rpoSeconds);
  metrics.publishStoredMetrics();
}
