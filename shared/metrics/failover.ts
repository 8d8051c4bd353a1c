import { Metrics } from '@aws-lambda-powertools/metrics';
import type { FailoverRecord } from '../contracts/failover-drill/failover-drill.ts';

/** Dimension: service. What was not measured is not reported as short. */
export function publishFailover({ rehearsal }: FailoverRecord): void {
  if (rehearsal?.outage == null) return;
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'failover-drill' });
  metrics.addMetric('FailoverOutageSeconds', 'Seconds', rehearsal.outage.seconds);
  metrics.publishStoredMetrics();
}
