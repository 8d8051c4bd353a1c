import {
  type Call,
  type Input,
  list,
  type PermissionsOf,
  type PermissionsTable,
  passRole,
  text,
} from './permission.ts';

const topic =
  (action: string): PermissionsOf =>
  (input) => [{ action: `sns:${action}`, resource: text(input, 'TopicArn') ?? '*' }];

const named =
  (action: string): PermissionsOf =>
  (input, { region, account }) => [
    { action: `sns:${action}`, resource: `arn:aws:sns:${region}:${account}:${text(input, 'Name') ?? '*'}` },
  ];

/** After the service authorization reference of Amazon SNS. */
export const snsPermissions: PermissionsTable = {
  CreateTopic: named('CreateTopic'),
  DeleteTopic: topic('DeleteTopic'),
  GetTopicAttributes: topic('GetTopicAttributes'),
  ListSubscriptionsByTopic: topic('ListSubscriptionsByTopic'),
  ListTopics: () => [{ action: 'sns:ListTopics', resource: '*' }],
  Publish: topic('Publish'),
  Subscribe: topic('Subscribe'),
  Unsubscribe: (input) => [
    // The ARN of a subscription is its topic's with an id.
    { action: 'sns:Unsubscribe', resource: (text(input, 'SubscriptionArn') ?? '*').split(':').slice(0, 6).join(':') },
  ],
};

const busArn = (name: string | undefined, { region, account }: Call) =>
  name?.startsWith('arn:') === true ? name : `arn:aws:events:${region}:${account}:event-bus/${name ?? 'default'}`;

const ruleArn = (input: Input, member: string, { region, account }: Call) =>
  `arn:aws:events:${region}:${account}:rule/${text(input, member) ?? '*'}`;

const rule =
  (action: string, member: string): PermissionsOf =>
  (input, call) => [{ action: `events:${action}`, resource: ruleArn(input, member, call) }];

/** After the service authorization reference of Amazon EventBridge. */
export const eventsPermissions: PermissionsTable = {
  DeleteRule: rule('DeleteRule', 'Name'),
  DescribeRule: rule('DescribeRule', 'Name'),
  DisableRule: rule('DisableRule', 'Name'),
  EnableRule: rule('EnableRule', 'Name'),
  ListRules: () => [{ action: 'events:ListRules', resource: '*' }],
  TestEventPattern: () => [{ action: 'events:TestEventPattern', resource: '*' }],
  ListTargetsByRule: rule('ListTargetsByRule', 'Rule'),
  PutEvents: (input, call) => {
    const buses = new Set(list(input, 'Entries').map((entry) => busArn(text(entry, 'EventBusName'), call)));
    return [...buses].map((resource) => ({ action: 'events:PutEvents', resource }));
  },
  PutRule: (input, call) => [
    { action: 'events:PutRule', resource: ruleArn(input, 'Name', call) },
    ...passRole(text(input, 'RoleArn'), 'events.amazonaws.com'),
  ],
  PutTargets: (input, call) => [
    { action: 'events:PutTargets', resource: ruleArn(input, 'Rule', call) },
    ...list(input, 'Targets').flatMap((target) => passRole(text(target, 'RoleArn'), 'events.amazonaws.com')),
  ],
  RemoveTargets: rule('RemoveTargets', 'Rule'),
};
