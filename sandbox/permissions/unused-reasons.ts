import type { Grant } from '../iam/usage.ts';

type Reason = { readonly covers: (grant: Grant) => boolean; readonly reason: string };

const isSwitch = (role: string): boolean => ['DrPromotionMachineRole', 'DrFailbackMachineRole'].includes(role);

/** Why a permission is granted although no call in the sandbox uses it. What is not here must be used, or go. */
const reasons: readonly Reason[] = [
  {
    covers: ({ role, sid }) => role === 'CheckTestAnswerRole' && sid === 'ReportMissingFromForbidden',
    reason: 'S3 asks for it only where the incident is not there yet; that of the exercises is, when it is looked for',
  },
  {
    covers: ({ role, sid }) =>
      ['PublishMissedEventsRole', 'PublishOverdueReviewsRole'].includes(role) && sid === 'PutEvents',
    reason: 'only what was lost or forgotten is put on the bus; tests/sandbox/alert/alert-test.test.ts does both',
  },
  {
    covers: ({ role, sid }) => role === 'RebuildReplicaRole' && ['SeeKey', 'GrantKey'].includes(sid),
    reason: "the demo's primary lies under AWS's own key, and its replica, too",
  },
  {
    covers: ({ role, sid }) => role === 'ColdLogsDeliveryRole' && sid === 'UploadInParts',
    reason: 'AWS demands it of a stream, for buffers that are uploaded in parts; those of the exercises are small',
  },
  {
    covers: ({ role, sid, resource }) =>
      role === 'ColdLogsDeliveryRole' && sid === 'DeliverLogs' && resource.endsWith('/failed/*'),
    reason: 'only what cannot be masked is delivered there; tests/sandbox/operations/cold-logs.test.ts does it',
  },
  {
    covers: ({ sid, resource }) => sid === 'ReadExecutions' && /:execution:dr-(promotion|failback)-/.test(resource),
    reason: 'asked only of a promotion or a failback that runs while a remedy is claimed',
  },
  {
    covers: ({ role, resource }) => isSwitch(role) && resource.endsWith('-liftFence'),
    reason: 'invoked only when a promotion is undone; tests/sandbox/dr/promotion.test.ts does it',
  },
  {
    covers: ({ role, resource }) =>
      role === 'GiveBackLeaseRole' || (isSwitch(role) && resource.endsWith('-giveBackLease')),
    reason: 'invoked only when a promotion is undone; tests/sandbox/dr/promotion.test.ts does it',
  },
  {
    covers: ({ role, resource }) =>
      role === 'ConfirmByClientRole' || (isSwitch(role) && resource.endsWith('-confirmByClient')),
    reason: 'invoked only when RDS has promoted; tests/sandbox/dr/promotion.test.ts does it',
  },
  {
    covers: ({ sid, resource }) =>
      sid === 'SeeThatThereIsNone' &&
      (resource.includes(':::pg-gameday-lease-') || resource.includes('evidencebucket')),
    reason:
      'S3 asks for it only where the object is not there yet, and else answers 403; the registers of the exercises are',
  },
  {
    covers: ({ role, resource }) =>
      role === 'DrPromotionMachineRole' && /-(watchPrimary|askPromotion|checkPromotionAnswer)$/.test(resource),
    reason:
      'invoked only where operations.yml lets an alarm or people decide, and the demo lets a person; the exercises call the functions',
  },
  {
    covers: ({ role, sid }) => role === 'PlanDrillRole' && sid === 'ReadGroupOfCopies',
    reason: 'asked only of a primary with subscriptions or jobs',
  },
  {
    covers: ({ role, sid }) => role === 'StartDrillPrimaryRole' && sid === 'DescribeScope',
    reason: 'asked only when a start is made again after an answer was lost',
  },
  {
    covers: ({ role, sid }) => role === 'RenewLeaseRole' && sid === 'SeeWhatIsVerified',
    reason: 'asked only of a database whose lease the second region holds, after a promotion',
  },
  {
    covers: ({ role, sid }) => role === 'PlanRestoreRole' && sid === 'DescribeBackups',
    reason: 'asked only of a snapshot; tests/sandbox/restore/restore.test.ts does it',
  },
  {
    covers: ({ role, sid }) => role === 'StartCandidateRole' && sid === 'DescribeCandidates',
    reason: 'asked only when a start is made again after an answer was lost',
  },
  {
    covers: ({ role, sid }) => role === 'RecordRestoreRole' && sid === 'FindEvidence',
    reason: 'S3 asks for it only where a rung is not there; every rung of the exercises is',
  },
  {
    covers: ({ sid, resource, action }) =>
      sid === 'KeepProgress' && action === 's3:GetObject' && resource.includes('/restore/'),
    reason: 'read only by the next call of a long task, and the demo takes one call',
  },
  {
    covers: ({ role, resource }) => role === 'FenceMachineRole' && resource.endsWith('-changeFence'),
    reason: 'a fence by hand would keep the exercises out; npm run drill -- fence starts the machine',
  },
  {
    covers: ({ policy }) => policy === 'AWSXRayDaemonWriteAccess',
    reason: 'X-Ray is not emulated; the runtime sends traces of every function (provider.tracing)',
  },
  {
    covers: ({ policy, action }) => policy.startsWith('service-role/AWSLambda') && action.startsWith('logs:'),
    reason: 'the runtime writes the log of a function; in the sandbox it does so without a call',
  },
  {
    covers: ({ policy, action }) =>
      policy === 'service-role/AWSLambdaVPCAccessExecutionRole' && action.startsWith('ec2:'),
    reason: 'Lambda connects a function to the VPC; the sandbox has none',
  },
  {
    covers: ({ sid, action }) => sid === 'KeepUndelivered' && action === 'sqs:SendMessage',
    reason: 'Lambda itself sends what a function failed to take to its dead-letter queue; there is no SQS here',
  },
  {
    covers: ({ sid, action, resource }) =>
      sid === 'SendMail' && action === 'sns:Publish' && resource.includes(':pg-gameday-mail-'),
    reason: 'asked only when nobody can be by name; tests/unit/shared/alert/ask.test.ts does it',
  },
  {
    covers: ({ sid }) => sid === 'ReadResolved',
    reason: 'read only when the next incident of its key has begun meanwhile',
  },
  {
    covers: ({ role, sid, resource }) =>
      role === 'AlertMachineRole' && sid === 'InvokeTasks' && resource.endsWith('-publishIncident'),
    reason: 'invoked only when nobody was reached; tests/sandbox/alert/alert.test.ts does it',
  },
  {
    covers: ({ sid, action, resource }) => sid === 'Trace' && resource === '*' && action.startsWith('xray:'),
    reason: 'X-Ray is not emulated; the state machine is traced (tracingConfig)',
  },
  {
    covers: ({ sid, action, resource }) => sid === 'Trace' && resource === '*' && action.startsWith('logs:'),
    reason: 'Step Functions sets up the delivery of its log when the machine is created; the sandbox keeps no such log',
  },
  {
    covers: ({ sid, action }) => sid === 'HearOfEnds' && action.startsWith('events:'),
    reason:
      'Step Functions keeps the rule by which a .sync task learns the end of an execution; the sandbox needs none',
  },
  {
    covers: ({ sid, action }) => sid === 'ReadDatabaseSecrets' && action === 'secretsmanager:ListSecretVersionIds',
    reason: 'asked only when a copy refuses the present password; tests/sandbox/backup/backup-rotated.test.ts does it',
  },
  {
    covers: ({ sid, action }) => sid === 'RunMap' && action === 'states:StartExecution',
    reason: 'a distributed Map starts its children as executions of its own machine; in the sandbox without a call',
  },
  {
    covers: ({ sid, action }) => /^(See|Grant)KeysOf(Snapshots|Backups)$/.test(sid) && action.startsWith('kms:'),
    reason:
      "the demo's source lies under AWS's own key; the proofs of copies in the second region use these grants (tests/sandbox/backup/second-region.test.ts)",
  },
  {
    covers: ({ sid, action }) => sid === 'KeepResults' && action !== 's3:PutObject',
    reason:
      'AWS demands it of a machine whose Map writes its results to a bucket, for lists that are uploaded in parts',
  },
  {
    covers: ({ sid, action, resource }) =>
      sid === 'AwaitMachines' && action === 'states:StopExecution' && resource.includes(':execution:remove-copy-'),
    reason: 'a removal is stopped only when its starter is stopped in the seconds in which it is awaited',
  },
  {
    covers: ({ sid, resource }) => sid === 'RestoreMoments' && resource.endsWith(':auto-backup:*'),
    reason: 'the demo replicates no automated backups; tests/sandbox/backup/moment.test.ts does',
  },
  {
    covers: ({ sid, action }) =>
      sid === 'ReadGroupOfCopies' || (sid === 'ReadParameterGroups' && action === 'rds:DescribeDBParameters'),
    reason: 'the demo has neither subscriptions nor jobs; tests/sandbox/backup/backup-subscriber.test.ts has',
  },
  {
    covers: ({ sid, action }) => sid === 'KeepProgress' && action === 's3:PutObject',
    reason: 'written by a call of a long task whose time is over, and the demo takes one call',
  },
  {
    covers: ({ role, resource }) =>
      /^(Load|Merge)ObjectsRole$/.test(role) ||
      (role === 'RestoreMachineRole' && /-(loadObjects|mergeObjects)$/.test(resource)),
    reason: 'the demo lets no role merge into its tables; tests/sandbox/restore/restore.test.ts does',
  },
  {
    covers: ({ role, sid }) => role === 'RemediationMachineRole' && sid === 'InvokeTasks',
    reason:
      'the alarm of the exercises has ended, so that nothing is remedied; npm run drill -- remediation goes the whole way',
  },
  {
    covers: ({ role, sid }) => role === 'UndoRemedyRole' && /^(DescribeInstances|ReadSecretsOfCapabilities)$/.test(sid),
    reason: 'only a subscription is taken back, and the demo has none',
  },
  {
    covers: ({ role, sid }) => role === 'AssessReadinessRole' && sid === 'ReadRecoveries',
    reason:
      'read only where a promotion or a drill was recorded; tests/unit/shared/evidence/recoveries.test.ts does it',
  },
  {
    covers: ({ sid, action }) => sid === 'AwaitMap' && action.startsWith('states:'),
    reason: 'Step Functions looks after the children of a distributed Map itself; the sandbox asks for it at the start',
  },
];

export function reasonFor(grant: Grant): string | undefined {
  return reasons.find(({ covers }) => covers(grant))?.reason;
}
