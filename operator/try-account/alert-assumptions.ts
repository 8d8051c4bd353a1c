import { type Assumption, deployed } from './assumption.ts';

/** Of the test of the alert path, and of what is compared with incidents. */
export const assumptionsOfAlert: readonly Assumption[] = [
  {
    fact: 'ListSubscriptionsByTopic answers PendingConfirmation in place of an ARN for whoever has not confirmed, and Deleted for whoever was removed',
    source: 'SNS developer guide, deleting a subscription; API reference, Subscribe',
    breaks: 'a test of the alert path passes although nobody hears of a topic',
    command: `${deployed}\`aws sns list-subscriptions-by-topic --topic-arn <pg-gameday-page-<stage>>\` before anybody has confirmed`,
  },
  {
    fact: 'SNS invokes a function by a topic that is encrypted with alias/aws/sns, and filters by the attribute of the message',
    source: 'SNS developer guide, encryption at rest; subscription filter policies',
    breaks: 'the robot gets no question, and each weekly test is a P1',
    command: `${deployed}\`aws stepfunctions start-execution --state-machine-arn <alert-test>\``,
  },
  {
    fact: 'Events that PutEvents puts on the default bus have the account and the region of the caller, and meet the rule of alert by source, detail-type and detail.stage',
    source: 'EventBridge user guide, events and event patterns',
    breaks: 'no heartbeat arrives: each region rings about the other one within 20 minutes',
    command: `${deployed}\`aws cloudwatch get-metric-statistics --namespace pg-gameday --metric-name AlertHeartbeats --dimensions Name=service,Value=alert …\``,
  },
  {
    fact: 'The Date of an event of DescribeEvents is detail.Date of the event that EventBridge delivers, to the minute, and both have the same categories',
    source: 'RDS user guide, event notification and EventBridge samples',
    breaks: 'an incident that is over is opened again by the same event, once',
    command: `${deployed}reboot an instance with fail-over; its incident has one member, and the log of publishMissedEvents no line 'not delivered'`,
  },
  {
    fact: 'RDS Protection of GuardDuty reports a login to this engine as CredentialAccess:RDS/….Successful…, with detail.resource.rdsDbInstanceDetails.dbInstanceIdentifier and detail.resource.rdsDbUserDetails.user',
    source: 'GuardDuty user guide, RDS Protection finding types; API reference, Resource and RdsDbUserDetails',
    breaks: 'no finding isolates a credential: a person starts remediation with the role, or alters it by hand',
    command: `${deployed}enable RDS Protection, and read a finding of \`aws guardduty create-sample-findings --finding-types CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin\` in the log of the rule remediation-event-<stage>`,
  },
  {
    fact: 'StateTransitionedTimestamp of DescribeAlarms is the timestamp of the event of that change, to the minute',
    source: 'CloudWatch API reference, MetricAlarm; user guide, alarm events and EventBridge',
    breaks: 'an alarm that is heard of is asked about a second time',
    command: `${deployed}set an alarm of a database to ALARM, and read the log of publishMissedEvents five minutes later`,
  },
  {
    fact: 'rds:DescribeEvents takes no resource but the star',
    source: 'service authorization reference, Amazon RDS',
    breaks: 'nothing: one role could be narrower; or watch-alerts fails, which rings by its topic',
    command: `${deployed}\`aws stepfunctions start-execution --state-machine-arn <watch-alerts>\``,
  },
];
