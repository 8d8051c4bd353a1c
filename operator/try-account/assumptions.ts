import { assumptionsOfAlert } from './alert-assumptions.ts';
import { type Assumption, deployed } from './assumption.ts';
import { assumptionsOfDisasterRecovery } from './disaster-recovery-assumptions.ts';
import { assumptionsOfLogs } from './log-assumptions.ts';
import { assumptionsOfRestore } from './restore-assumptions.ts';

const own = '`npm run try-account -- --stage <stage>`';

/** The order is that of the two hours in which to try them. */
export const assumptions: readonly Assumption[] = [
  {
    fact: 'Step Functions takes each machine, and each expression in it, and evaluates it',
    source: 'ValidateStateMachineDefinition and TestState, API reference',
    breaks: 'the stage cannot be deployed, or a state fails when it is first reached',
    command: own,
  },
  {
    fact: 'Each catcher takes a time-out, whose cause is an empty text',
    source: "LocalStack's snapshots of Step Functions",
    breaks: 'evidence of a task that hangs has no cause, or the catcher fails',
    command: own,
  },
  {
    fact: 'A permissions boundary that is a policy of the same template can be given to roles of its nested stacks, and holds with its conditions on tags',
    source: 'IAM user guide, permissions boundaries',
    breaks: 'the deployment is rolled back; or a defect in a policy of ours reaches what is not ours',
    command: `${deployed}\`aws iam simulate-principal-policy --policy-source-arn <role of deleteCopy> --action-names rds:DeleteDBInstance --resource-arns <a source>\` says explicitDeny`,
  },
  {
    fact: 'states:SendTaskSuccess cannot be limited to machines or executions',
    source: 'Service Authorization Reference, AWS Step Functions',
    breaks: 'nothing: an approver could be given less',
    command: `${deployed}\`aws accessanalyzer validate-policy\` with the policy pg-gameday-approver-<stage>-<region>`,
  },
  {
    fact: 'EventBridge takes each schedule of operations.yml',
    source: 'EventBridge user guide, schedule expressions',
    breaks: 'the deployment is rolled back',
    command: `${deployed}\`aws events list-rules --name-prefix nightly-backup\``,
  },
  {
    fact: 'An evidence bucket whose first deployment is rolled back is deleted with it (RetainExceptOnCreate)',
    source: 'CloudFormation user guide, DeletionPolicy',
    breaks: 'the second region’s next deployment fails at the bucket’s name',
    command:
      '`npx serverless deploy --stage <stage> --region <second>` with a key of the first region as dr.kmsKeyId, then `aws s3 ls`',
  },
  {
    fact: 'A bucket that outlived its stack is adopted by a change set with --import-existing-resources',
    source: 'CloudFormation user guide, importing existing resources',
    breaks: 'it has to be emptied and deleted by hand, or renamed in serverless.yml',
    command: 'docs/deploy.md, "Take back what stayed"',
  },
  {
    fact: 'The event of an alarm has the dimensions of its metric, and its description, in detail.configuration; $or and suffix in the pattern of a rule meet within the list of metrics',
    source: 'CloudWatch user guide, alarm events and EventBridge; EventBridge user guide, event patterns',
    breaks: 'no alarm starts alert, and nobody is asked',
    command: `${deployed}\`aws cloudwatch set-alarm-state --alarm-name pg-gameday-deadlocks-warning-<database>-<stage> --state-value ALARM --state-reason trial\``,
  },
  {
    fact: 'EventBridge gives what a scheduled rule cannot start to the queue of its target: at once where its role or its machine is gone, after a day of tries otherwise',
    source: 'EventBridge user guide, dead-letter queues and retry policies of targets',
    breaks: 'a schedule that starts nothing is seen by nobody, but where silence has an alarm of its own',
    command: `${deployed}put a Deny of states:StartExecution on the RetentionStartRole of a dev stage, \`aws events put-rule --name retention-<stage> --schedule-expression "rate(1 minute)"\`: the alarm pg-gameday-unstarted-<stage> rings; deploy again`,
  },
  {
    fact: 'An execution that passes its machine’s TimeoutSeconds is counted under ExecutionsTimedOut of AWS/States, and not under ExecutionsFailed',
    source: 'Step Functions developer guide, CloudWatch metrics',
    breaks: 'with both, people are called twice; with neither, nobody hears of a workflow that hangs',
    command: `${deployed}\`aws stepfunctions update-state-machine\` of a dev stage’s inspect-database with TimeoutSeconds 1, start it, then \`aws cloudwatch get-metric-statistics --namespace AWS/States --metric-name ExecutionsTimedOut …\`, and deploy again`,
  },
  {
    fact: 'A function URL with AuthType NONE asks for lambda:InvokeFunctionUrl and lambda:InvokeFunction, and hands over the body as it was sent',
    source: 'Lambda developer guide, function URLs; since October 2025',
    breaks: 'the page answers 403, or the signature of PagerDuty never fits',
    command: `${deployed}the link of the message of that trial`,
  },
  {
    fact: 'states:SendTaskSuccess can name no resource',
    source: 'service authorization reference, Step Functions',
    breaks: 'nothing: three roles could be narrower',
    command: `${deployed}press the button of that page`,
  },
  {
    fact: 'States and EventBridge say aws:SourceAccount and aws:SourceArn when they take a role',
    source: 'developer guides of both, confused deputy',
    breaks: 'no machine and no schedule starts: AccessDenied at the first night',
    command: `${deployed}\`aws stepfunctions start-execution --state-machine-arn <watch-backups>\``,
  },
  {
    fact: 'The caller of a restore under a customer’s key needs kms:DescribeKey and kms:CreateGrant by way of RDS, and no more',
    source: 'RDS user guide, encryption; KMS developer guide, kms:ViaService and kms:GrantIsForAWSResource',
    breaks: 'every proof of such a snapshot ends with KMSKeyNotAccessibleFault',
    command: `${deployed}prove-snapshot by hand in the second region (docs/runbooks/prove-snapshot.md)`,
  },
  {
    fact: 'The copy of a snapshot asks for the key of the copy, not for that of the original',
    source: 'RDS user guide, copying a snapshot',
    breaks: 'every copy of a snapshot under a customer’s key fails, and is reported',
    command: `${deployed}backup-and-verify by hand`,
  },
  {
    fact: 'A machine with a distributed Map may start, describe and stop itself by the names of its executions and of its label',
    source: 'Step Functions developer guide, IAM policies for Distributed Map',
    breaks: 'the nightly backup fails before the first database',
    command: `${deployed}\`aws stepfunctions start-execution --state-machine-arn <nightly-backup>\``,
  },
  {
    fact: 'States.ALL takes a task’s States.DataLimitExceeded, or does not: recordings say yes, the manual no',
    source: 'LocalStack, March 2024; Step Functions developer guide, error names',
    breaks: 'nothing: the night names both',
    command: '`aws stepfunctions test-state` with a mock of 300 kB and a catcher of States.ALL',
  },
  {
    fact: 'The snapshot has a restorable instant between the two brackets, which the heartbeat places',
    source: 'RDS user guide, snapshots; decision 2',
    breaks: 'the verdict is unbracketed for each snapshot, and that is reported',
    command: `${deployed}backup-and-verify by hand`,
  },
  {
    fact: 'Secrets under AWS’s own key need no permission of KMS; those under a customer’s key do',
    source: 'Secrets Manager user guide, encryption',
    breaks: 'functions cannot read a secret under a customer’s key: keep them under aws/secretsmanager',
    command: `\`aws secretsmanager describe-secret --secret-id <secret>\`: no KmsKeyId`,
  },
  {
    fact: 'RestoreDBInstanceFromDBSnapshot takes BackupRetentionPeriod 0, and such a copy makes no first backup',
    source: 'RDS API reference',
    breaks: 'each copy makes a backup of its own first, or the restore is refused',
    command: `${deployed}backup-and-verify by hand, then \`aws rds describe-db-snapshots --snapshot-type automated\``,
  },
  {
    fact: 'A restored instance starts for the first time with the static parameters of the group that the restore names, and DescribeDBParameters reports values that the engine has by default',
    source: 'RDS user guide, parameter groups; considerations when restoring',
    breaks:
      'a copy starts subscriptions or jobs of its source before anybody has logged in, although its own group says otherwise',
    command: `${deployed}backup-and-verify by hand with copyParameterGroup; the rung parameters says that the copy starts without pg_cron`,
  },
  {
    fact: 'Versions of a secret without a label stay readable by their id, also in the second region’s replica',
    source: 'Secrets Manager API reference, ListSecretVersionIds',
    breaks: 'a snapshot from before a rotation is reported as the environment’s fault instead of proven',
    command: 'rotate the secret twice, then prove-snapshot of an older snapshot by hand',
  },
  {
    fact: 'The recovery of a restored RDS volume ends with a checkpoint before anybody writes, and the role may call pg_control_checkpoint',
    source: 'PostgreSQL’s manual, WAL configuration',
    breaks: 'rows that only the copy has are named as gaps instead of failures',
    command: `${deployed}backup-and-verify by hand; the rung schema`,
  },
  {
    fact: 'In the catalogues of a copy RDS changes only roles and objects of its own (rdsadmin, rdsrepladmin, rdstopmgr)',
    source: 'tried nowhere',
    breaks: 'a sound backup fails in the rung schema',
    command: `${deployed}backup-and-verify by hand; the rung schema`,
  },
  {
    fact: 'A role of the application may read pg_collation_actual_version and pg_database_collation_actual_version',
    source: 'PostgreSQL’s manual, collation functions',
    breaks: 'collations that differ are not named',
    command: `${deployed}backup-and-verify by hand; the rung structure`,
  },
  {
    fact: 'GetObject takes If-Match together with Range',
    source: 'S3 API reference',
    breaks: 'a body that breaks is not read on, and the call fails as unavailable',
    command: '`aws s3api get-object --range bytes=1-2 --if-match <etag> --bucket <evidence> --key <key> out`',
  },
  {
    fact: 'ItemReader with JSONata takes bucket and key from the state’s input, and ResultWriter’s manifest names its files',
    source: 'Step Functions developer guide, ItemReader and ResultWriter',
    breaks: 'a night ends without results: P1, no database is reported as proven',
    command: `${deployed}\`aws stepfunctions start-execution --state-machine-arn <nightly-backup>\``,
  },
  {
    fact: 'A nested stack’s template is read from the deployment bucket, and an update that fails is undone as a whole',
    source: 'CloudFormation user guide, nested stacks',
    breaks: 'the deployment fails, and what was there stays',
    command: '`npx serverless deploy --stage <stage>`',
  },
  {
    fact: 'Functions of a folder may write into one log group, with streams that bear the function’s name',
    source: 'Lambda developer guide, logging configuration',
    breaks: 'logs of functions are missing',
    command: `${deployed}\`aws logs describe-log-streams --log-group-name /pg-gameday/<stage>/verification\``,
  },
  {
    fact: 'A master user of RDS may grant pg_maintain, pg_signal_backend and rds_replication to the capability roles',
    source: 'RDS user guide, roles of PostgreSQL',
    breaks: 'the bootstrap of a capability stops at that step, by name',
    command: '`npm run bootstrap-database -- <database> --url …` with capabilities in operations.yml',
  },
  {
    fact: 'DescribePendingMaintenanceActions takes the filter db-instance-id, and a subscription that waits has no ARN',
    source: 'RDS and SNS API references',
    breaks: 'the doctor says nothing of maintenance, or takes an unconfirmed address for a confirmed one',
    command: '`npm run doctor -- --stage <stage> --all`',
  },
  {
    fact: 'A bucket whose policy demands s3:if-none-match refuses a write, the end of an upload in parts and a copy without If-None-Match, from everybody',
    source: 'S3 user guide, enforcing conditional writes; s3:ObjectCreationOperation exempts the parts',
    breaks: 'a role may write over evidence, or no evidence can be stored at all: the run fails at TakeWitness',
    command: `${deployed}\`aws s3api put-object --bucket <evidence> --key evidence-chain/try/1 --body /etc/hostname\`: AccessDenied; with \`--if-none-match '*'\` it is stored once`,
  },
  {
    fact: 'AddTagsToResource of a snapshot that is made with tags is authorised with those tags, as aws:TagKeys, aws:RequestTag and aws:ResourceTag',
    source: 'IAM user guide, global condition keys; RDS user guide, tags in policies',
    breaks: 'CreateDBSnapshot is refused: no backup is made, and that is reported',
    command: `${deployed}backup-and-verify by hand`,
  },
  {
    fact: 'ResultWriter needs PutObject, GetObject, ListMultipartUploadParts and AbortMultipartUpload below its prefix, and no more',
    source: 'Step Functions developer guide, IAM policies for Distributed Map',
    breaks: 'a night ends without results: P1, no database is reported as proven',
    command: `${deployed}\`aws stepfunctions start-execution --state-machine-arn <nightly-backup>\``,
  },
  {
    fact: 'RestoreDBInstanceToPointInTime takes BackupRetentionPeriod 0, of an instance and of replicated backups, and such a copy makes no first backup',
    source: 'RDS API reference',
    breaks: 'each copy makes a backup of its own first, or the path is refused and red',
    command: `${deployed}restore-test by hand, then \`aws rds describe-db-snapshots --snapshot-type automated\``,
  },
  {
    fact: 'RestoreTime is a whole second: what was committed before it is there, what was committed after it is not, as recovery_target_time has it',
    source: 'RDS user guide, restoring to a specified time; PostgreSQL’s manual, recovery target settings',
    breaks: 'a moment lies outside its bracket, and its path is reported as unbracketed',
    command: `${deployed}restore-test by hand with {"database": …, "paths": ["point-in-time"]}`,
  },
  {
    fact: 'DescribeDBInstanceAutomatedBackups by DBInstanceIdentifier finds replicated backups in the second region with their RestoreWindow, and is authorised on the instance’s ARN there',
    source: 'RDS API reference; service authorization reference',
    breaks: 'the fourth path is called not set up, or impossible with AccessDeniedError',
    command: '`aws rds describe-db-instance-automated-backups --region <second> --db-instance-identifier <instance>`',
  },
  {
    fact: 'A moment outside the window is refused with InvalidRestoreFault, before an instance is made',
    source: 'RDS API reference, errors of RestoreDBInstanceToPointInTime',
    breaks: 'the refusal is an unknown error, without the moments that can be had',
    command: '`aws rds restore-db-instance-to-point-in-time --restore-time 2999-01-01T00:00:00Z …`',
  },
  {
    fact: 'An alarm that names a Unit looks at the data points of that unit only, and the embedded metric format gives each its unit',
    source: 'CloudWatch API reference, PutMetricAlarm; embedded metric format specification',
    breaks: 'no alarm on health is ever raised: all stay INSUFFICIENT_DATA',
    command: `${deployed}\`aws cloudwatch describe-alarms --alarm-name-prefix pg-gameday-connections\`: OK after three minutes`,
  },
  {
    fact: 'FILL(m, 0) of a metric that has no data point in the range yields 0 where the metric was there before',
    source: 'CloudWatch user guide, metric math',
    breaks: 'a collector that died is noticed some minutes later, when older data leave the range',
    command: 'switch the rule off for six minutes: `aws events disable-rule --name collect-health-<stage>`',
  },
  {
    fact: 'RDS has rds.rds_superuser_reserved_connections as a setting that anybody may read, beside PostgreSQL’s own reserves',
    source: 'RDS user guide, parameters of PostgreSQL',
    breaks: 'two connections more are called usable than there are',
    command: '`show rds.rds_superuser_reserved_connections` as the role of the functions',
  },
  {
    fact: 'A schedule of a minute starts one execution each minute, now and then two',
    source: 'EventBridge user guide, schedule expressions; delivery at least once',
    breaks: 'passes are missing or double; nothing is counted twice',
    command: `${deployed}\`aws stepfunctions list-executions --state-machine-arn <collect-health>\``,
  },
  ...assumptionsOfDisasterRecovery,
  ...assumptionsOfRestore,
  ...assumptionsOfLogs,
  ...assumptionsOfAlert,
];

/** docs/first-account.md. */
export function firstAccountPage(): string {
  const rows = assumptions.map(
    ({ fact, source, breaks, command }, index) => `| ${index + 1} | ${fact} | ${source} | ${breaks} | ${command} |`,
  );
  return `# The first account

What stands today ran against the sandbox. This is what it assumes of AWS and what nobody has tried in an account, in the
order in which to try it; two hours are enough. Take an account without anything of value in it. Whoever finds a row to be
false writes down what AWS answered, and the sandbox is mended first.

\`npm run try-account -- --stage <stage>\` does the part that reads only, for cents: it asks Step Functions about each machine
(ValidateStateMachineDefinition) and about each state of each machine (TestState with a mock in place of what it calls), and
reports the rows below why it does not try them. It needs \`states:ValidateStateMachineDefinition\`, \`states:TestState\` and no role.
With AWS_ENDPOINT_URL and keys of a sandbox it asks the sandbox the same.

| | what is assumed | where it is written | what breaks if it is false | what tries it |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
