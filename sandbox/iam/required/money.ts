import {
  type Call,
  type Input,
  list,
  type PermissionsOf,
  type PermissionsTable,
  requestTags,
  text,
} from './permission.ts';

/** Cost Explorer's reading actions have no resource to name. */
const reading =
  (action: string): PermissionsOf =>
  () => [{ action: `ce:${action}`, resource: '*' }];

/** After the service authorization reference of AWS Cost Explorer. */
export const costExplorerPermissions: PermissionsTable = {
  GetCostAndUsage: reading('GetCostAndUsage'),
  // A call that names no monitor asks for all of them.
  GetAnomalies: (input, { account }) => [
    { action: 'ce:GetAnomalies', resource: text(input, 'MonitorArn') ?? `arn:aws:ce::${account}:anomalymonitor/*` },
  ],
  GetAnomalyMonitors: reading('GetAnomalyMonitors'),
  GetReservationCoverage: reading('GetReservationCoverage'),
  GetSavingsPlansCoverage: reading('GetSavingsPlansCoverage'),
};

const budget: PermissionsOf = (input, { account }) => [
  { action: 'budgets:ViewBudget', resource: `arn:aws:budgets::${account}:budget/${text(input, 'BudgetName') ?? '*'}` },
];

/** After the service authorization reference of AWS Budgets: all readings are one action. */
export const budgetsPermissions: PermissionsTable = {
  DescribeBudget: budget,
  DescribeBudgets: budget,
  DescribeNotificationsForBudget: budget,
};

/** EC2's describing actions have no resource to name. */
const describing =
  (action: string): PermissionsOf =>
  () => [{ action: `ec2:${action}`, resource: '*' }];

const ec2Arn = (input: Input, { region, account }: Call, kind: string, member: string) =>
  `arn:aws:ec2:${region}:${account}:${kind}/${text(input, member) ?? '*'}`;

const on =
  (action: string, kind: string, member: string, arn = ec2Arn): PermissionsOf =>
  (input, call) => [{ action: `ec2:${action}`, resource: arn(input, call, kind, member) }];

/** Snapshots and images have no account in their ARNs. */
const unowned = (input: Input, { region }: Call, kind: string, member: string) =>
  `arn:aws:ec2:${region}::${kind}/${text(input, member) ?? '*'}`;

/** After the service authorization reference of Amazon EC2. */
export const ec2Permissions: PermissionsTable = {
  DescribeAddresses: describing('DescribeAddresses'),
  DescribeImages: describing('DescribeImages'),
  DescribeSnapshots: describing('DescribeSnapshots'),
  DescribeVolumes: describing('DescribeVolumes'),
  DescribeSubnets: describing('DescribeSubnets'),
  DescribeVpcEndpoints: describing('DescribeVpcEndpoints'),
  DescribeRouteTables: describing('DescribeRouteTables'),
  CreateSnapshot: (input, call) => {
    const tags = list(input, 'TagSpecifications').flatMap((one) => list(one, 'Tags'));
    const snapshot = `arn:aws:ec2:${call.region}::snapshot/*`;
    const context = requestTags(tags);
    const tagging = { action: 'ec2:CreateTags', resource: snapshot, context };
    return [
      { action: 'ec2:CreateSnapshot', resource: ec2Arn(input, call, 'volume', 'VolumeId'), context },
      { action: 'ec2:CreateSnapshot', resource: snapshot, context },
      ...(tags.length === 0 ? [] : [tagging]),
    ];
  },
  DeleteSnapshot: on('DeleteSnapshot', 'snapshot', 'SnapshotId', unowned),
  DeleteVolume: on('DeleteVolume', 'volume', 'VolumeId'),
  ReleaseAddress: on('ReleaseAddress', 'elastic-ip', 'AllocationId'),
};

export const loadBalancerPermissions: PermissionsTable = {
  DescribeLoadBalancers: () => [{ action: 'elasticloadbalancing:DescribeLoadBalancers', resource: '*' }],
  DescribeTags: () => [{ action: 'elasticloadbalancing:DescribeTags', resource: '*' }],
};
