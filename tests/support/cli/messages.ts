import type { CliExample } from './example.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:cli';
const hello = 'arn:aws:lambda:us-east-1:123456789012:function:hello';

export const sns: readonly CliExample[] = [
  ['CreateTopic', 'sns create-topic --name cli'],
  ['ListTopics', 'sns list-topics'],
  ['GetTopicAttributes', `sns get-topic-attributes --topic-arn ${topic}`],
  [
    'Subscribe',
    `sns subscribe --topic-arn ${topic} --protocol lambda --notification-endpoint ${hello} --return-subscription-arn`,
    { subscription: /"SubscriptionArn": "(.*?)"/ },
  ],
  ['ListSubscriptionsByTopic', `sns list-subscriptions-by-topic --topic-arn ${topic}`],
  [
    'Publish',
    `sns publish --topic-arn ${topic} --subject drill --message 'a backup is proven' --message-attributes '{"severity":{"DataType":"String","StringValue":"info"}}'`,
  ],
  ['Unsubscribe', 'sns unsubscribe --subscription-arn {subscription}'],
  ['CreateTopic', 'sns create-topic --name cli-2'],
  ['DeleteTopic', `sns delete-topic --topic-arn ${topic}-2`],
];

const pattern = JSON.stringify({ source: ['aws.rds'], 'detail-type': ['RDS DB Instance Event'] });
const entry = JSON.stringify([{ Source: 'cli', DetailType: 'Drill', Detail: '{"number":1}' }]);

export const events: readonly CliExample[] = [
  ['PutRule', `events put-rule --name failed --event-pattern '${pattern}'`],
  ['PutRule', "events put-rule --name nightly --schedule-expression 'cron(0 4 * * ? *)'"],
  ['DescribeRule', 'events describe-rule --name failed'],
  [
    'TestEventPattern',
    `events test-event-pattern --event-pattern '${pattern}' --event '{"id":"1","account":"123456789012","source":"shop","time":"2026-11-29T06:00:00Z","region":"us-east-1","resources":[],"detail-type":"order","detail":{}}'`,
  ],
  ['ListRules', 'events list-rules --name-prefix night'],
  ['PutTargets', `events put-targets --rule failed --targets Id=hello,Arn=${hello}`],
  ['ListTargetsByRule', 'events list-targets-by-rule --rule failed'],
  ['DisableRule', 'events disable-rule --name failed'],
  ['EnableRule', 'events enable-rule --name failed'],
  ['PutEvents', `events put-events --entries '${entry}'`],
  ['RemoveTargets', 'events remove-targets --rule failed --ids hello'],
  ['DeleteRule', 'events delete-rule --name failed'],
];

const changes = JSON.stringify({
  Changes: [
    {
      Action: 'UPSERT',
      ResourceRecordSet: {
        ...{ Name: 'gd-drill-1.example.com', Type: 'CNAME', TTL: 5 },
        ResourceRecords: [{ Value: 'orders.example.com' }],
      },
    },
  ],
});

export const route53: readonly CliExample[] = [
  ['ListHostedZonesByName', 'route53 list-hosted-zones-by-name --dns-name example.com'],
  ['ListResourceRecordSets', 'route53 list-resource-record-sets --hosted-zone-id Z0000000000000000001'],
  [
    'ChangeResourceRecordSets',
    `route53 change-resource-record-sets --hosted-zone-id Z0000000000000000001 --change-batch '${changes}'`,
  ],
  [
    'TestDNSAnswer',
    'route53 test-dns-answer --hosted-zone-id Z0000000000000000001 --record-name db.example.com --record-type CNAME',
  ],
];
