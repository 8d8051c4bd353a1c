import type { FoundAnomaly } from './anomalies.ts';

/** What Cost Anomaly Detection publishes to a topic: this JSON, without a subject. */
export function anomalyMessage(account: string, anomaly: FoundAnomaly): string {
  const { AnomalyId, AnomalyScore, Impact, RootCauses = [], MonitorArn = '' } = anomaly;
  const monitorId = MonitorArn.split('/').at(-1);
  return JSON.stringify({
    accountId: account,
    anomalyDetailsLink: `https://console.aws.amazon.com/cost-management/home#/anomaly-detection/monitors/${monitorId}/anomalies/${AnomalyId}`,
    anomalyEndDate: `${anomaly.AnomalyEndDate}T00:00:00Z`,
    anomalyId: AnomalyId,
    anomalyScore: { currentScore: AnomalyScore?.CurrentScore, maxScore: AnomalyScore?.MaxScore },
    anomalyStartDate: `${anomaly.AnomalyStartDate}T00:00:00Z`,
    dimensionalValue: anomaly.DimensionValue,
    impact: {
      maxImpact: Impact.MaxImpact,
      totalActualSpend: Impact.TotalActualSpend,
      totalExpectedSpend: Impact.TotalExpectedSpend,
      totalImpact: Impact.TotalImpact,
      totalImpactPercentage: Impact.TotalImpactPercentage,
    },
    monitorArn: MonitorArn,
    rootCauses: RootCauses.map(({ LinkedAccount, Region, Service, UsageType }) => ({
      linkedAccount: LinkedAccount,
      region: Region,
      service: Service,
      usageType: UsageType,
    })),
  });
}
