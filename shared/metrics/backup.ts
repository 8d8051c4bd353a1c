import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Evidence } from '../contracts/backup-and-verify.ts';
import type { BackupHealth } from '../domain/backup/health.ts';
import { isHeldByCap } from '../domain/proof-cost/cap.ts';
import type { WaysBackHealth } from '../domain/restore/recovery.ts';

/** Metrics of one run, written to the log in CloudWatch's embedded metric format. Dimensions: service and Database. */
export function publishBackupMetrics(evidence: Evidence): void {
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'backup-and-verify' });
  metrics.addDimension('Database', evidence.database ?? 'unknown');
  const isVerified = evidence.verdict === 'exact' || evidence.verdict === 'bounded';
  metrics.addMetric('VerifiedBackups', MetricUnit.Count, isVerified ? 1 : 0);
  // What was not restored for its cost has not failed: the last verification counts, until the backups are overdue.
  if (!isHeldByCap(evidence)) metrics.addMetric('FailedVerifications', MetricUnit.Count, isVerified ? 0 : 1);
  metrics.addMetric(
    'UnverifiableRows',
    MetricUnit.Count,
    evidence.tables.reduce((sum, table) => sum + table.unverifiableRows, 0),
  );
  if (evidence.source !== null) metrics.addMetric('SourceBytes', MetricUnit.Bytes, evidence.source.bytes);
  const seconds = (Date.parse(evidence.execution.recordedAt) - Date.parse(evidence.execution.startedAt)) / 1000;
  metrics.addMetric('DurationSeconds', MetricUnit.Seconds, seconds);
  metrics.publishStoredMetrics();
}

/** What is not known is not reported: the alarms take silence for the worst. */
export function publishHealth(database: string, health: BackupHealth, ways: WaysBackHealth | undefined): void {
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'watch-backups' });
  metrics.addDimension('Database', database);
  if (health.verifiedHours !== undefined) {
    metrics.addMetric('VerifiedBackupHours', MetricUnit.NoUnit, health.verifiedHours);
  }
  if (health.provenHereHours !== undefined) {
    metrics.addMetric('ProvenHereHours', MetricUnit.NoUnit, health.provenHereHours);
  }
  if (health.restorableSeconds !== undefined) {
    metrics.addMetric('RestorableSeconds', MetricUnit.Seconds, health.restorableSeconds);
  }
  if (health.replicatedSeconds !== undefined) {
    metrics.addMetric('ReplicatedBackupSeconds', MetricUnit.Seconds, health.replicatedSeconds);
  }
  if (ways !== undefined) {
    metrics.addMetric('FailedRestorePaths', MetricUnit.Count, ways.failed);
    metrics.addMetric('StaleRestorePaths', MetricUnit.Count, ways.stale);
  }
  metrics.addMetric('OddBackups', MetricUnit.Count, Number(health.isSizeOdd) + Number(health.isDurationOdd));
  metrics.publishStoredMetrics();
}
