// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
// What people may do in a stage: four policies, which whoever runs the account attaches to people or permission sets, and the
// boundary of all of them and of every role of ours. docs/access.md is the table of what they come to.
const { readWorkflows } = require('../cloudformation/workflows.cjs');

module.exports = async () => ({ Resources: peopleOf(readWorkflows()) });

function peopleOf(workflows) {
  const machines = workflows.map(({ name }) => `${name}-\${sls:stage}`);
  return {
    ObserverPolicy: policyOf('observer', 'Reads executions, evidence, dashboards and logs', observer),
    OperatorPolicy: policyOf('operator', 'Starts the machines of the stage and stops executions', operator(machines)),
    ApproverPolicy: policyOf('approver', 'Answers waiting approvals; who may is checked by who is asked', approver),
    BootstrapPolicy: policyOf('bootstrap', 'Reads what doctor and recommendations look at', bootstrap),
    Boundary: policyOf('boundary', 'What nobody does by hand, whatever else he may', boundary),
  };
}
module.exports.peopleOf = peopleOf;

const policyOf = (name, Description, Statement) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: {
    // IAM knows no regions, and each region of a stage has a stack.
    ManagedPolicyName: { 'Fn::Sub': `pg-gameday-${name}-\${sls:stage}-\${AWS::Region}` },
    Description,
    PolicyDocument: { Version: '2012-10-17', Statement },
  },
});

const here = (service, resource) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});
/** In both regions of the stage: who looks at the first one looks at the copies, too. */
const anyOf = (service, resource) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:*:\${AWS::AccountId}:${resource}`,
});
const evidence = { 'Fn::GetAtt': ['EvidenceBucket', 'Arn'] };
const evidenceKeys = (keys) => ({ 'Fn::Sub': `\${EvidenceBucket.Arn}/${keys}` });
const ourBuckets = (keys) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::pg-gameday-*${keys}` });
const allow = (Sid, Action, Resource) => ({ Sid, Effect: 'Allow', Action, Resource });
const deny = (Sid, Action, Resource, Condition) => ({
  ...{ Sid, Effect: 'Deny', Action, Resource },
  ...(Condition === undefined ? {} : { Condition }),
});

/** A managed policy has room for 6,144 characters: who reads, reads by pattern. */
const observer = [
  allow(
    'ListEverything', // AWS lets no policy limit these to a resource
    [
      ...['states:ListStateMachines', 'logs:DescribeLogGroups', 'cloudwatch:DescribeAlarms'],
      ...[
        'cloudwatch:DescribeAlarmHistory',
        'cloudwatch:GetMetricData',
        'cloudwatch:ListMetrics',
        'cloudwatch:ListDashboards',
      ],
    ],
    '*',
  ),
  allow('ReadDashboard', 'cloudwatch:GetDashboard', {
    'Fn::Sub': 'arn:${AWS::Partition}:cloudwatch::${AWS::AccountId}:dashboard/pg-gameday-*${sls:stage}*',
  }),
  allow(
    'ReadMachines',
    ['states:DescribeStateMachine', 'states:ListExecutions'],
    here('states', 'stateMachine:*-${sls:stage}'),
  ),
  allow(
    'ReadExecutions',
    ['states:DescribeExecution', 'states:GetExecutionHistory'],
    here('states', 'execution:*-${sls:stage}:*'),
  ),
  allow('ListEvidence', 's3:ListBucket', evidence),
  allow('ReadEvidence', ['s3:GetObject', 's3:GetObjectVersion'], evidenceKeys('*')),
  allow(
    'ReadLogs',
    ['logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents'],
    ['/pg-gameday/${sls:stage}/*', '/aws/vendedlogs/states/*-${sls:stage}'].map((name) =>
      here('logs', `log-group:${name}:*`),
    ),
  ),
];

const operator = (machines) => [
  allow(
    'StartMachines',
    'states:StartExecution',
    machines.map((name) => here('states', `stateMachine:${name}`)),
  ),
  allow(
    'StopExecutions',
    'states:StopExecution',
    machines.map((name) => here('states', `execution:${name}:*`)),
  ),
];

const approver = [
  allow('ReadQuestions', 's3:GetObject', [
    evidenceKeys('remediation/approvals/*'),
    evidenceKeys('restore/approvals/*'),
    evidenceKeys('dr-promotion/approvals/*'),
  ]),
  // Step Functions lets no policy limit it: a token is known to who may read the question, and the answer is checked.
  allow('AnswerQuestions', 'states:SendTaskSuccess', '*'),
];

const bootstrap = [
  allow(
    'LookAtAccount', // AWS lets no policy limit these to a resource
    [
      ...['lambda:ListFunctions', 'rds:DescribeAccountAttributes', 'states:ListStateMachines'],
      ...['ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints'],
      ...['cloudwatch:DescribeAlarms', 'events:ListRules', 'sns:ListTopics'],
    ],
    '*',
  ),
  allow('LookAtFunctions', 'lambda:GetFunctionConfiguration', anyOf('lambda', 'function:pg-gameday-${sls:stage}-*')),
  allow(
    'LookAtDatabases',
    [
      'rds:DescribeDBInstances',
      'rds:DescribeDBInstanceAutomatedBackups',
      'rds:DescribePendingMaintenanceActions',
      'rds:DescribeDBParameters',
      'rds:DescribeDBParameterGroups',
      'rds:DescribeDBSubnetGroups',
    ],
    anyOf('rds', '*'),
  ),
  allow(
    'LookAtEvidence',
    ['s3:GetBucketVersioning', 's3:GetEncryptionConfiguration', 's3:GetBucketObjectLockConfiguration'],
    [evidence, { 'Fn::Sub': 'arn:${AWS::Partition}:s3:::pg-gameday-evidence-${sls:stage}-*' }],
  ),
  allow('ListReports', 's3:ListBucket', evidence),
  allow('ReadReports', 's3:GetObject', evidenceKeys('*')),
  allow('KeepRecommendations', 's3:PutObject', evidenceKeys('ledger/recommendations.json')),
  allow('LookAtKeys', ['kms:DescribeKey', 'kms:GetKeyPolicy'], anyOf('kms', 'key/*')),
  allow(
    'LookAtTopics',
    ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
    anyOf('sns', 'pg-gameday-*-${sls:stage}'),
  ),
  allow(
    'ReadDatabaseSecrets',
    'secretsmanager:GetSecretValue',
    anyOf('secretsmanager', 'secret:pg-gameday/${sls:stage}/*'),
  ),
  allow('InspectDatabases', 'states:StartExecution', anyOf('states', 'stateMachine:inspect-database-${sls:stage}')),
  allow('AwaitInspection', 'states:DescribeExecution', anyOf('states', 'execution:inspect-database-${sls:stage}:*')),
];

/** Deletes and promotes only what this system made or was given; nothing of the evidence; no machine, and no right. */
const boundary = [
  allow('NothingElseIsBounded', '*', '*'),
  deny('DeleteOnlyOurs', ['rds:DeleteDBInstance', 'rds:DeleteDBInstanceAutomatedBackup', 'rds:DeleteDBSnapshot'], '*', {
    Null: { 'aws:ResourceTag/pg-gameday:made-by': 'true', 'aws:ResourceTag/pg-gameday:candidate-of': 'true' },
  }),
  deny('PromoteOnlyOurs', ['rds:PromoteReadReplica'], '*', {
    Null: { 'aws:ResourceTag/pg-gameday:replica-of': 'true', 'aws:ResourceTag/pg-gameday:scope': 'true' },
  }),
  deny(
    'KeepEvidence', // of every stage and region of the account
    [
      ...['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3:DeleteBucket'],
      ...['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration'],
    ],
    [ourBuckets(''), ourBuckets('/*')],
  ),
  deny('KeepMachines', ['states:UpdateStateMachine', 'states:DeleteStateMachine', 'lambda:UpdateFunction*'], '*'),
  deny(
    'KeepRights',
    [
      ...['iam:Add*', 'iam:Attach*', 'iam:Create*', 'iam:Delete*', 'iam:Detach*', 'iam:Put*', 'iam:Remove*'],
      ...['iam:SetDefaultPolicyVersion', 'iam:Update*'],
    ],
    '*',
  ),
  {
    Sid: 'PassOnlyOurs',
    Effect: 'Deny',
    Action: 'iam:PassRole',
    NotResource: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/pg-gameday-${sls:stage}-*' },
  },
];
