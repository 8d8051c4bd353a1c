import { Metrics } from '@aws-lambda-powertools/metrics';

/** What the name of a database follows: the epoch of a promotion of this region that was verified, or 0. */
export function publishPromotedEpoch(database: string, epoch: number): void {
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'dr-promotion' });
  metrics.addDimensions({ Database: database });
  metrics.addMetric('PromotedEpoch', 'Count', epoch);
  metrics.publishStoredMetrics();
}
