import { type AnomalyKind, happen, type Label, ordinary } from './generate.ts';
import { makeDraw } from './random.ts';

/** The bill of an organisation by all dimensions that Cost Explorer distinguishes, with labelled anomalies in it. */
export type BillLine = {
  readonly account: string;
  readonly service: string;
  readonly usageType: string;
  readonly region: string;
  /** Value of the tag `pg-gameday:workflow`; empty for what is not tagged. */
  readonly tag: string;
  /** Money a day, from `firstDay` of the bill on. */
  readonly amounts: readonly number[];
};

export type Bill = {
  /** Day number since 1970-01-01. */
  readonly firstDay: number;
  readonly lines: readonly BillLine[];
  readonly labels: readonly (Label & { readonly line: BillLine })[];
};

export type BillOptions = {
  readonly seed: number;
  readonly days: number;
  /** Day number of the day after the last one. */
  readonly endDay: number;
  readonly accounts?: readonly string[];
  /** Anomalies, each in a line of its own, on one of the last days. */
  readonly anomalies?: readonly AnomalyKind[];
  readonly assessedDays?: number;
};

const services: readonly (readonly [service: string, level: number, usageTypes: readonly string[]])[] = [
  [
    'Amazon Relational Database Service',
    60,
    ['InstanceUsage:db.r6g.large', 'RDS:GP3-Storage', 'RDS:ChargedBackupUsage', 'RDS:SnapshotExportToS3'],
  ],
  ['Amazon Elastic Compute Cloud - Compute', 45, ['BoxUsage:t3.medium', 'SpotUsage:c6g.large', 'CPUCredits:t3']],
  ['EC2 - Other', 25, ['EBS:VolumeUsage.gp3', 'EBS:SnapshotUsage', 'NatGateway-Bytes', 'NatGateway-Hours']],
  ['Amazon Simple Storage Service', 15, ['TimedStorage-ByteHrs', 'Requests-Tier1', 'DataTransfer-Out-Bytes']],
  ['AmazonCloudWatch', 12, ['CW:MetricMonitorUsage', 'DataProcessing-Bytes', 'TimedStorage-ByteHrs']],
  ['Amazon ElastiCache', 20, ['NodeUsage:cache.r6g.large', 'BackupUsage']],
  ['Amazon CloudFront', 18, ['DataTransfer-Out-Bytes', 'Requests-HTTPS-Proxy']],
  ['AWS Lambda', 4, ['Lambda-GB-Second', 'Request']],
];
const regions = [
  ['us-east-1', 'USE1', 1],
  ['us-west-2', 'USW2', 0.3],
] as const;

export function generateBill(options: BillOptions): Bill {
  const {
    seed,
    days,
    endDay,
    accounts = ['123456789012', '210987654321'],
    anomalies = [],
    assessedDays = 20,
  } = options;
  const firstDay = endDay - days;
  const history = days - assessedDays;
  const places = services.flatMap(([service, level, usageTypes]) =>
    usageTypes.flatMap((usageType) =>
      regions.flatMap(([region, prefix, size]) =>
        accounts.map((account) => ({
          account,
          service,
          usageType: `${prefix}-${usageType}`,
          region,
          size: level * size,
        })),
      ),
    ),
  );
  const lines = places.map(({ account, service, usageType, region, size }, index): BillLine & { amounts: number[] } => {
    const draw = makeDraw(seed, 1, index);
    const level = size * draw.logBetween(0.3, 2);
    const amounts = ordinary(draw, { level, days, history, firstDay, isSporadic: false }).map(cents);
    const tag = service.includes('Relational') && draw.chance(0.3) ? 'backup-and-verify' : '';
    return { account, service, usageType, region, tag, amounts };
  });
  const draw = makeDraw(seed, 2);
  // What is small cannot bring a loss that anybody asks about.
  const large = lines.filter(({ amounts }) => amounts.slice(-assessedDays).every((amount) => amount > 15));
  const labels = anomalies.flatMap((kind) => {
    const [line] = large.splice(draw.integer(0, large.length - 1), 1);
    if (line === undefined) return [];
    const found = happen(draw, kind, line.amounts, history, 0);
    line.amounts.forEach((amount, at) => {
      line.amounts[at] = cents(amount);
    });
    return found.map((label) => ({ ...label, line }));
  });
  return { firstDay, lines, labels };
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;
