import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Readiness } from '../contracts/dr-readiness/dr-readiness.ts';

const grades = { go: 0, 'go with loss': 1, 'no-go': 2 } as const;

/** Dimensions: service and database. What is not predicted is not reported. */
export function publishReadiness({ database, verdict, reasons, recoveryPoint, recoveryTime, misses }: Readiness): void {
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'dr-readiness' });
  metrics.addDimensions({ Database: database });
  metrics.addMetric('ReadinessGrade', 'Count', grades[verdict]);
  metrics.addMetric('ReadinessReasons', 'Count', reasons.length);
  metrics.addMetric('PredictedMisses', 'Count', misses.length);
  if (recoveryPoint !== null) metrics.addMetric('PredictedLossSeconds', 'Seconds', recoveryPoint.high);
  if (recoveryTime !== null) metrics.addMetric('PredictedRecoverySeconds', 'Seconds', recoveryTime.high);
  metrics.publishStoredMetrics();
}
