import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CostEvidence } from '../contracts/cost-report.ts';

/** Metrics of one report, in the log in CloudWatch's embedded metric format. Money in the bill's currency. */
export function publishCostMetrics({ analysis, requests }: CostEvidence): void {
  const metrics = new Metrics({ namespace: 'pg-gameday', serviceName: 'cost-report' });
  metrics.addMetric('CostExplorerRequests', MetricUnit.Count, requests);
  if (analysis !== null) {
    metrics.addMetric('CostReports', MetricUnit.Count, 1);
    metrics.addMetric('NewCostAnomalies', MetricUnit.Count, analysis.events.filter(({ isNew }) => isNew).length);
    metrics.addMetric('Spend', MetricUnit.NoUnit, analysis.spend);
    if (analysis.month.forecast !== null)
      metrics.addMetric('MonthForecast', MetricUnit.NoUnit, analysis.month.forecast.total);
  }
  metrics.publishStoredMetrics();
}
