import { Metrics } from '@aws-lambda-powertools/metrics';
import type { LeasePassReport } from '../contracts/keep-lease/keep-lease.ts';

/** Dimensions: service and database. A pass that failed wrote no register and holds nothing: that is reported, not left out. */
export function publishLease({ database, registersWritten, secondsLeft, fenced }: LeasePassReport): void {
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'keep-lease' });
  metrics.addDimensions({ Database: database });
  metrics.addMetric('LeaseRegisters', 'Count', registersWritten);
  metrics.addMetric('LeaseSecondsLeft', 'Seconds', secondsLeft);
  metrics.addMetric('FencedRoles', 'Count', fenced.length);
  metrics.publishStoredMetrics();
}
