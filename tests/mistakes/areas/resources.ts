// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** Templates, roles and alarms. */
export const resources: readonly MistakesInFile[] = [
  {
    file: 'resources/platform/evidence.yml',
    tests: ['tests/repository/resources/platform.test.ts'],
    mistakes: [
      {
        name: 'the bucket of evidence may become public',
        find: 'RestrictPublicBuckets: true',
        replace: 'RestrictPublicBuckets: false',
      },
      {
        name: 'evidence has no versions',
        find: 'Status: Enabled }\n      BucketEncryption',
        replace: 'Status: Suspended }\n      BucketEncryption',
      },
      {
        name: 'evidence goes with its stack',
        find: 'UpdateReplacePolicy: Retain',
        replace: 'UpdateReplacePolicy: Delete',
      },
      {
        name: 'evidence is read without TLS',
        find: "Bool: { aws:SecureTransport: 'false' }",
        replace: "Bool: { aws:SecureTransport: 'true' }",
      },
      {
        name: 'the bucket itself is read without TLS',
        find: '              - { Fn::GetAtt: [EvidenceBucket, Arn] }\n',
        replace: '',
      },
    ],
  },
  {
    file: 'resources/platform/isolation.yml',
    tests: ['tests/repository/resources/platform.test.ts'],
    mistakes: [
      { name: 'a copy is reached by every port', find: '      ToPort: 5432', replace: '      ToPort: 65535' },
      { name: 'a copy reaches the world', find: 'CidrIp: 127.0.0.1/32', replace: 'CidrIp: 0.0.0.0/0' },
    ],
  },
  {
    file: 'resources/platform/notifications.yml',
    tests: [
      'tests/repository/resources/alarm-metrics.test.ts',
      'tests/repository/resources/platform.test.ts',
      'tests/repository/alarm-topics.test.ts',
    ],
    mistakes: [
      {
        name: 'what was not delivered is lost after four days',
        find: 'MessageRetentionPeriod: 1209600',
        replace: 'MessageRetentionPeriod: 345600',
      },
      {
        name: 'the alarm on what was not delivered watches another queue',
        find: 'Value: { Fn::GetAtt: [UndeliveredQueue, QueueName] }',
        replace: 'Value: { Ref: UndeliveredQueue }',
      },
      {
        name: 'the end of an alarm is reported elsewhere',
        find: 'OKActions: [{ Ref: P2Topic }]',
        replace: 'OKActions: [{ Ref: P3Topic }]',
      },
    ],
  },
  {
    file: 'resources/platform/costs.yml',
    tests: ['tests/repository/resources/platform.test.ts'],
    mistakes: [
      {
        name: 'a budget is reported when it is spent twice',
        find: 'ACTUAL, ComparisonOperator: GREATER_THAN, Threshold: 100',
        replace: 'ACTUAL, ComparisonOperator: GREATER_THAN, Threshold: 200',
      },
      {
        name: 'any account may speak of money',
        find: '            Condition: { StringEquals: { aws:SourceAccount: { Ref: AWS::AccountId } } }\n',
        replace: '',
      },
    ],
  },
  {
    file: 'resources/roles/verification.yml',
    tests: ['tests/repository/resources/statement-scopes.test.ts'],
    mistakes: [
      {
        name: 'the secrets of every stage can be read',
        find: 'secret:pg-gameday/${sls:stage}/*',
        nth: 1,
        of: 5,
        replace: 'secret:pg-gameday/*',
      },
      {
        name: 'a verifier may write any bucket',
        find: '${EvidenceBucket.Arn}/backup-and-verify/*/rungs/verify-tables.*.json',
        replace: 'arn:${AWS::Partition}:s3:::*/*',
      },
    ],
  },
  {
    file: 'resources/roles/instances.yml',
    tests: ['tests/repository/resources/statement-scopes.test.ts', 'tests/repository/roles.test.ts'],
    mistakes: [
      {
        name: 'a key may be used beside RDS',
        find: "    Condition: { StringEquals: { kms:ViaService: { Fn::Sub: 'rds.${AWS::Region}.amazonaws.com' } } }\n",
        replace: '',
      },
      {
        name: 'a grant of a key is for anybody',
        find: "      Bool: { kms:GrantIsForAWSResource: 'true' }\n",
        replace: '',
      },
      { name: 'an action is widened', find: 'Action: rds:RestoreDBInstanceFromDBSnapshot', replace: 'Action: rds:*' },
    ],
  },
  {
    file: 'resources/roles/remove-copy.yml',
    tests: ['tests/repository/resources/statement-scopes.test.ts', 'tests/repository/roles.test.ts'],
    mistakes: [
      {
        name: 'any database may be deleted',
        find: "    Action: rds:DeleteDBInstance\n    Resource:\n      - { Fn::Sub: 'arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:gd-copy-*' }",
        replace:
          "    Action: rds:DeleteDBInstance\n    Resource:\n      - { Fn::Sub: 'arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:*' }",
      },
      {
        name: 'a copy is deleted without a look at its tags',
        find: '        aws:ResourceTag/pg-gameday:purpose: throw-away copy\n',
        replace: '',
      },
    ],
  },
  {
    file: 'resources/roles/retention.yml',
    tests: ['tests/repository/resources/statement-scopes.test.ts', 'tests/repository/roles.test.ts'],
    mistakes: [
      {
        name: 'a hold is not respected by IAM',
        find: "      'Null':\n        aws:ResourceTag/pg-gameday:hold: 'true'\n",
        replace: '',
      },
      {
        name: "a snapshot of a person's may be deleted",
        find: '        aws:ResourceTag/pg-gameday:made-by: pg-gameday\n',
        replace: '',
      },
    ],
  },
  {
    file: 'resources/roles/sweep-leftovers.yml',
    tests: ['tests/sandbox/operations/housekeeping.test.ts'],
    names: 'the sweep deletes an expired',
    mistakes: [
      {
        name: 'the sweep may not see what it is to delete',
        find: 'Action: rds:DescribeDBInstances',
        nth: 2,
        of: 2,
        replace: 'Action: rds:DescribeDBSnapshots',
      },
    ],
  },
  {
    file: 'resources/roles/office-hours.yml',
    tests: ['tests/repository/resources/statement-scopes.test.ts'],
    mistakes: [
      {
        name: 'a protected database may be stopped',
        find: "    Condition: &consents\n      StringEquals:\n        aws:ResourceTag/pg-gameday:office-hours: stop-and-start\n      'Null':\n        aws:ResourceTag/pg-gameday:protected: 'true'\n",
        replace:
          "    Condition: &consents\n      StringEquals:\n        aws:ResourceTag/pg-gameday:office-hours: stop-and-start\n      'Null':\n",
      },
      {
        name: 'a task may give itself consent',
        find: "      'ForAllValues:StringEquals':\n        aws:TagKeys: [pg-gameday:stopped-at]\n  - Sid: FindProofs",
        replace: '  - Sid: FindProofs',
      },
    ],
  },
  {
    file: 'resources/roles/sweep-leftovers.yml',
    tests: ['tests/repository/resources/statement-scopes.test.ts', 'tests/repository/roles.test.ts'],
    mistakes: [
      {
        name: 'the sweep deletes whatever is called a copy',
        find: '        aws:ResourceTag/pg-gameday:made-by: pg-gameday\n',
        replace: '',
      },
    ],
  },
  {
    file: 'resources/roles/notification.yml',
    tests: ['tests/repository/resources/statement-scopes.test.ts'],
    mistakes: [
      {
        name: 'a notification reaches any topic',
        find: '    Resource: { Ref: MailTopic }',
        replace: "    Resource: '*'",
      },
    ],
  },
  {
    file: 'resources/alarms/sweep-leftovers.yml',
    tests: ['tests/repository/resources/alarm-metrics.test.ts'],
    mistakes: [
      {
        name: 'an alarm watches a metric that nobody writes',
        find: 'MetricName: Leftovers',
        replace: 'MetricName: LeftOvers',
      },
    ],
  },
  {
    file: 'resources/alarms/retention.yml',
    tests: ['tests/repository/resources/alarm-metrics.test.ts'],
    mistakes: [
      {
        name: 'an alarm watches the metric of another workflow',
        find: 'Value: retention',
        replace: 'Value: sweep-leftovers',
      },
    ],
  },
  {
    file: 'resources/alarms/cost-report.yml',
    tests: ['tests/repository/resources/alarm-metrics.test.ts'],
    mistakes: [
      {
        name: 'a cost report that never comes alarms nobody',
        find: 'TreatMissingData: breaching',
        replace: 'TreatMissingData: notBreaching',
      },
    ],
  },
  {
    file: 'serverless.yml',
    tests: ['tests/repository/resources/platform.test.ts'],
    mistakes: [
      {
        name: 'copies of production have no security group of their own',
        find: '    prod: { Ref: CopySecurityGroup }',
        replace: "    prod: ''",
      },
      {
        name: 'no function knows the authorities of RDS',
        find: '    PGSSLROOTCERT: /var/runtime/ca-cert.pem',
        replace: '    SSLROOTCERT: /var/runtime/ca-cert.pem',
      },
    ],
  },
];
