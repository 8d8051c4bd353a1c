import type { Anomaly } from '@aws-sdk/client-cost-explorer';
import type { CostData } from './cost-data.ts';

export type FoundAnomaly = Anomaly & {
  readonly AnomalyId: string;
  readonly Impact: {
    readonly MaxImpact: number;
    readonly TotalImpact: number;
    readonly TotalActualSpend: number;
    readonly TotalExpectedSpend: number;
    readonly TotalImpactPercentage: number;
  };
};

const dateText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** What AWS would find is not known; the sandbox reports the labelled increases of the bill, two days late. */
export function anomaliesOf(data: CostData, MonitorArn: string, from = 0, until = data.today): FoundAnomaly[] {
  const { bill, today } = data;
  return bill.labels
    .map((label) => ({ ...label, start: bill.firstDay + label.start, end: bill.firstDay + label.end }))
    .filter(
      ({ kind, start, end }) =>
        (kind === 'spike' || kind === 'shift') && start <= Math.min(until, today - 2) && end >= from,
    )
    .map(({ line, money, start, end }) => {
      const last = Math.min(end, today - 2);
      const days = last - start + 1;
      const actual = line.amounts
        .slice(start - bill.firstDay, last - bill.firstDay + 1)
        .reduce((sum, amount) => sum + amount, 0);
      const total = money * days;
      return {
        AnomalyId: `anomaly-${line.account}-${line.usageType}-${start - bill.firstDay}`,
        AnomalyStartDate: dateText(start),
        AnomalyEndDate: dateText(last),
        DimensionValue: line.service,
        RootCauses: [
          { Service: line.service, Region: line.region, LinkedAccount: line.account, UsageType: line.usageType },
        ],
        AnomalyScore: { MaxScore: 0.9, CurrentScore: 0.9 },
        Impact: {
          MaxImpact: money,
          TotalImpact: total,
          TotalActualSpend: actual,
          TotalExpectedSpend: actual - total,
          TotalImpactPercentage: actual > total ? (100 * total) / (actual - total) : 0,
        },
        MonitorArn,
      };
    });
}
