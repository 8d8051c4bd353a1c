import type { Template } from '../../template/template.ts';

/** Something that somebody may or may not do in a stage. */
export type AccessRow = {
  readonly action: string;
  readonly on: string;
  /** The resource in one stage. */
  readonly resource: (stage: StageNames) => string;
  /** Tags that it bears. */
  readonly tags?: Readonly<Record<string, string>>;
};

export type StageNames = {
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  readonly bucket: string;
  readonly aRole: string;
  readonly aFunction: string;
};

export function namesOf(stage: string, template: Template): StageNames {
  const { region, account, buckets, roles, functions } = template;
  const [bucket] = buckets.filter(({ logicalId }) => logicalId === 'EvidenceBucket');
  const role = roles.find(({ logicalId }) => logicalId === 'BackupAndVerifyMachineRole');
  const [one] = functions;
  if (bucket === undefined || role === undefined || one === undefined)
    throw new Error(`the package of stage '${stage}' has no evidence, no machine or no function`);
  return { stage, region, account, bucket: bucket.name, aRole: role.arn, aFunction: one.arn };
}

const made = { 'pg-gameday:made-by': 'pg-gameday' };
const copy = { ...made, 'pg-gameday:purpose': 'throw-away copy' };
const backup = { ...made, 'pg-gameday:purpose': 'backup' };

const states = (kind: string, rest: string) => (names: StageNames) =>
  `arn:aws:states:${names.region}:${names.account}:${kind}:${rest.replace('<stage>', names.stage)}`;
const rds = (kind: string, name: string) => (names: StageNames) =>
  `arn:aws:rds:${names.region}:${names.account}:${kind}:${name.replace('<stage>', names.stage)}`;
const evidence = (key: string) => (names: StageNames) => `arn:aws:s3:::${names.bucket}${key}`;

const row = (
  action: string,
  on: string,
  resource: AccessRow['resource'],
  tags?: Readonly<Record<string, string>>,
): AccessRow => ({ action, on, resource, ...(tags === undefined ? {} : { tags }) });

const backups = states('stateMachine', 'backup-and-verify-<stage>');
const execution = states('execution', 'backup-and-verify-<stage>:2026-11-29');

/** What docs/access.md answers for everybody, and by which a statement is missed. */
export const accessRows: readonly AccessRow[] = [
  row('states:ListStateMachines', 'all machines', () => '*'),
  row('states:DescribeStateMachine', 'a machine', backups),
  row('states:ListExecutions', 'a machine', backups),
  row('states:DescribeExecution', 'an execution', execution),
  row('states:GetExecutionHistory', 'an execution', execution),
  row('states:DescribeExecution', "somebody else's execution", states('execution', 'billing-<stage>:2026-11-29')),
  row('states:StartExecution', 'backup-and-verify', backups),
  row('states:StartExecution', 'dr-promotion', states('stateMachine', 'dr-promotion-<stage>')),
  row('states:StartExecution', "somebody else's machine", states('stateMachine', 'billing-<stage>')),
  row('states:StopExecution', 'an execution', execution),
  row('states:SendTaskSuccess', 'a token that it knows', () => '*'),
  row('states:UpdateStateMachine', 'a machine', backups),
  row('s3:ListBucket', 'evidence', evidence('')),
  row('s3:GetObject', 'a report', evidence('/backup-and-verify/fantasy/2026-11-29/report.html')),
  row('s3:GetObject', 'a question to an approver', evidence('/remediation/approvals/2026-11-29.json')),
  row('s3:GetObject', 'a question about a restore', evidence('/restore/approvals/2026-11-29.json')),
  row('s3:GetObject', 'a question about a promotion', evidence('/dr-promotion/approvals/2026-11-29.json')),
  row('s3:DeleteObjectVersion', 'a report', evidence('/backup-and-verify/fantasy/2026-11-29/report.html')),
  row('s3:BypassGovernanceRetention', 'a report', evidence('/backup-and-verify/fantasy/2026-11-29/report.html')),
  row('s3:PutBucketPolicy', 'evidence', evidence('')),
  row('s3:PutLifecycleConfiguration', 'evidence', evidence('')),
  row('s3:PutBucketVersioning', 'evidence', evidence('')),
  row('cloudwatch:DescribeAlarms', 'all alarms', () => '*'),
  row(
    'cloudwatch:GetDashboard',
    'the dashboard',
    (names) => `arn:aws:cloudwatch::${names.account}:dashboard/pg-gameday-${names.stage}`,
  ),
  row(
    'logs:FilterLogEvents',
    'logs of functions',
    (names) =>
      `arn:aws:logs:${names.region}:${names.account}:log-group:/pg-gameday/${names.stage}/backup-and-verify:log-stream:`,
  ),
  row(
    'logs:FilterLogEvents',
    'logs of a machine',
    (names) =>
      `arn:aws:logs:${names.region}:${names.account}:log-group:/aws/vendedlogs/states/backup-and-verify-${names.stage}:log-stream:`,
  ),
  row('lambda:UpdateFunctionCode', 'a function', ({ aFunction }) => aFunction),
  row('lambda:InvokeFunction', 'a function', ({ aFunction }) => aFunction),
  row(
    'secretsmanager:GetSecretValue',
    "the reader's secret",
    (names) =>
      `arn:aws:secretsmanager:${names.region}:${names.account}:secret:pg-gameday/${names.stage}/fantasy-AbCdEf`,
  ),
  row('rds:DescribeDBInstances', 'a database', rds('db', 'fantasy-<stage>')),
  row('rds:DescribeDBParameters', 'a parameter group', rds('pg', 'fantasy-<stage>-parameters')),
  row('ec2:DescribeSubnets', 'all subnets', () => '*'),
  row(
    'kms:GetKeyPolicy',
    'a key',
    (names) => `arn:aws:kms:${names.region}:${names.account}:key/11111111-2222-4333-8444-555555555555`,
  ),
  row(
    'sns:ListSubscriptionsByTopic',
    'the topic of P1',
    (names) => `arn:aws:sns:${names.region}:${names.account}:pg-gameday-p1-${names.stage}`,
  ),
  row('lambda:GetFunctionConfiguration', 'a function', ({ aFunction }) => aFunction),
  row('states:StartExecution', 'inspect-database', states('stateMachine', 'inspect-database-<stage>')),
  row('states:DescribeExecution', 'an inspection', states('execution', 'inspect-database-<stage>:2026-11-29')),
  row('s3:GetBucketVersioning', 'evidence', evidence('')),
  row('s3:PutObject', 'accepted recommendations', evidence('/ledger/recommendations.json')),
  row('s3:PutObject', 'a report', evidence('/backup-and-verify/fantasy/2026-11-29/report.html')),
  row('rds:DeleteDBInstance', 'a database', rds('db', 'fantasy-<stage>')),
  row('rds:DeleteDBInstance', 'a throw-away copy', rds('db', 'gd-copy-1'), copy),
  row('rds:DeleteDBInstance', 'a candidate of a restore', rds('db', 'fantasy-<stage>-restored-1'), {
    'pg-gameday:candidate-of': 'fantasy',
  }),
  row('rds:DeleteDBInstanceAutomatedBackup', "a deleted database's backup", rds('auto-backup', 'ab-1')),
  row('rds:DeleteDBSnapshot', "somebody else's snapshot", rds('snapshot', 'before-the-release')),
  row('rds:DeleteDBSnapshot', 'a backup of ours', rds('snapshot', 'gd-backup-1'), backup),
  row('rds:PromoteReadReplica', 'a replica', rds('db', 'fantasy-<stage>-dr')),
  row('rds:PromoteReadReplica', 'the replica that is kept for it', rds('db', 'fantasy-<stage>-dr'), {
    'pg-gameday:replica-of': 'fantasy',
  }),
  row('iam:PassRole', 'a role of the stage', ({ aRole }) => aRole),
  row('iam:PassRole', "somebody else's role", ({ account }) => `arn:aws:iam::${account}:role/deployer`),
  row(
    'iam:SetDefaultPolicyVersion',
    'the boundary',
    ({ account, stage, region }) => `arn:aws:iam::${account}:policy/pg-gameday-boundary-${stage}-${region}`,
  ),
  row('iam:PutRolePolicy', 'a role of the stage', ({ aRole }) => aRole),
];
