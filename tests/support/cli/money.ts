import type { CliExample } from './example.ts';

const period = '--time-period Start={start},End={end}';

export const ce: readonly CliExample[] = [
  [
    'GetCostAndUsage',
    `ce get-cost-and-usage ${period} --granularity DAILY --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE`,
  ],
  ['GetAnomalies', 'ce get-anomalies --date-interval StartDate={start},EndDate={end}'],
  ['GetAnomalyMonitors', 'ce get-anomaly-monitors'],
  ['GetReservationCoverage', `ce get-reservation-coverage ${period}`],
  ['GetSavingsPlansCoverage', `ce get-savings-plans-coverage ${period}`],
];

export const budgets: readonly CliExample[] = [
  ['DescribeBudgets', 'budgets describe-budgets --account-id 123456789012'],
  ['DescribeBudget', 'budgets describe-budget --account-id 123456789012 --budget-name cli'],
  [
    'DescribeNotificationsForBudget',
    'budgets describe-notifications-for-budget --account-id 123456789012 --budget-name cli',
  ],
];

export const ec2: readonly CliExample[] = [
  ['DescribeVolumes', 'ec2 describe-volumes'],
  [
    'CreateSnapshot',
    'ec2 create-snapshot --volume-id vol-00000000000000001 --description drill',
    { snapshot: /"SnapshotId": "(.*?)"/ },
  ],
  ['DescribeSnapshots', 'ec2 describe-snapshots --owner-ids self'],
  ['DeleteSnapshot', 'ec2 delete-snapshot --snapshot-id {snapshot}'],
  ['DeleteVolume', 'ec2 delete-volume --volume-id vol-00000000000000001'],
  ['DescribeImages', 'ec2 describe-images --owners self'],
  ['DescribeAddresses', 'ec2 describe-addresses'],
  ['ReleaseAddress', 'ec2 release-address --allocation-id eipalloc-00000000000000001'],
  ['DescribeSubnets', 'ec2 describe-subnets --subnet-ids subnet-00000000000000001'],
  ['DescribeRouteTables', 'ec2 describe-route-tables --filters Name=vpc-id,Values=vpc-00000000000000001'],
  ['DescribeVpcEndpoints', 'ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=vpc-00000000000000001'],
];

export const elasticloadbalancing: readonly CliExample[] = [
  ['DescribeLoadBalancers', 'elbv2 describe-load-balancers'],
  ['DescribeTags', 'elbv2 describe-tags --resource-arns {balancer}'],
  ['DescribeLoadBalancerAttributes', 'elbv2 describe-load-balancer-attributes --load-balancer-arn {balancer}'],
  ['DeleteLoadBalancer', 'elbv2 delete-load-balancer --load-balancer-arn {balancer}'],
];
