import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metricsOf = (serviceName: string) => new Metrics({ namespace: 'pg-gameday', serviceName });

/** How full the quota of manual snapshots is, in percent: a full one ends the backups. */
export function publishSnapshotQuota(quota: { readonly used: number; readonly most: number } | undefined): void {
  if (quota === undefined) return;
  const metrics = metricsOf('retention');
  metrics.addMetric('ManualSnapshots', MetricUnit.Count, quota.used);
  metrics.addMetric('SnapshotQuotaUsed', MetricUnit.Percent, (100 * quota.used) / quota.most);
  metrics.publishStoredMetrics();
}

export function publishRetentionMetrics({ deleted, failed }: { deleted: number; failed: number }): void {
  const metrics = metricsOf('retention');
  metrics.addMetric('DeletedSnapshots', MetricUnit.Count, deleted);
  metrics.addMetric('FailedDeletions', MetricUnit.Count, failed);
  metrics.publishStoredMetrics();
}

/** Left-overs are what a clean-up left undone: any is worth an alarm. */
export function publishLeftovers({ expired, suspects }: { expired: number; suspects: number }): void {
  const metrics = metricsOf('sweep-leftovers');
  metrics.addMetric('Leftovers', MetricUnit.Count, expired + suspects);
  metrics.publishStoredMetrics();
}

/** `startedByRds`: databases that RDS had started after seven days, and that are stopped again. */
export function publishOfficeHours(counts: {
  stopped: number;
  started: number;
  startedByRds: number;
  failed: number;
}): void {
  const metrics = metricsOf('office-hours');
  metrics.addMetric('StoppedDatabases', MetricUnit.Count, counts.stopped);
  metrics.addMetric('StartedDatabases', MetricUnit.Count, counts.started);
  metrics.addMetric('DatabasesStartedByRds', MetricUnit.Count, counts.startedByRds);
  metrics.addMetric('FailedOfficeActions', MetricUnit.Count, counts.failed);
  metrics.publishStoredMetrics();
}
