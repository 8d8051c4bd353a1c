import assert from 'node:assert/strict';
import { checkAlarmChain } from '../../../operator/doctor/check-alarm-chain.ts';
import type { ChainAlarm, ChainTopic } from '../../../operator/doctor/facts.ts';

const of = (service: string, name: string) => `arn:aws:${service}:us-east-1:123456789012:${name}`;
const topicArn = of('sns', 'pg-gameday-p1-prod');
const alarm: ChainAlarm = {
  ...{ name: 'pg-gameday-silent-critical-orders-prod', topics: [topicArn], isBlind: false },
  arn: of('cloudwatch', 'alarm:pg-gameday-silent-critical-orders-prod'),
};
const publish = (change: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish', Resource: topicArn },
  Condition: { ArnLike: { 'aws:SourceArn': of('cloudwatch', 'alarm:pg-gameday-*') } },
  ...change,
});
const policy = (...statements: readonly object[]) => JSON.stringify({ Statement: statements });
const topic: ChainTopic = { arn: topicArn, policy: policy(publish()), key: undefined, confirmed: 1 };
const key = (Action: unknown, state = 'Enabled', Service = 'cloudwatch.amazonaws.com'): ChainTopic['key'] => ({
  seen: true,
  value: { state, policy: policy({ Effect: 'Allow', Principal: { Service }, Action, Resource: '*' }) },
});
const enough = ['kms:Decrypt', 'kms:GenerateDataKey*'];

function found(change: Partial<ChainTopic>, alarms: readonly ChainAlarm[] = [alarm], isEnabled = true) {
  const options = { subject: 'stage prod', deploy: 'deploy', alertRule: { name: 'alert-event-prod', isEnabled } };
  return checkAlarmChain({ alarms, topics: [{ ...topic, ...change }] }, options);
}
const broken = (change: Partial<ChainTopic>, alarms?: readonly ChainAlarm[]) =>
  found(change, alarms).flatMap(({ status, observed }) => (status === 'sound' ? [] : [`${status}: ${observed}`]));

describe('the doctor walks an alarm to whoever hears it', () => {
  for (const [what, change] of [
    ['by a topic without a key', {}],
    ['by a topic whose key lets CloudWatch use it', { key: key(enough) }],
    ['by a policy for every alarm', { policy: policy(publish({ Condition: undefined })) }],
    [
      'by a policy for alarms of the account',
      { policy: policy(publish({ Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } })) },
    ],
  ] as const) {
    test(`and is content ${what}`, () => assert.deepEqual(broken(change), []));
  }

  for (const [what, change, says] of [
    ['the topic is another one', { arn: of('sns', 'other') }, /pg-gameday-p1-prod is not there/],
    ['no policy lets CloudWatch publish', { policy: '' }, /does not let cloudwatch\.amazonaws\.com publish it/],
    [
      'the policy is for another service',
      { policy: policy(publish({ Principal: { Service: 'events.amazonaws.com' } })) },
      /does not let/,
    ],
    [
      'the policy is for other alarms',
      { policy: policy(publish({ Condition: { ArnLike: { 'aws:SourceArn': of('cloudwatch', 'alarm:other-*') } } })) },
      /does not let/,
    ],
    [
      'the policy is for another account',
      { policy: policy(publish({ Condition: { StringEquals: { 'aws:SourceAccount': '210987654321' } } })) },
      /does not let/,
    ],
    [
      'the policy has a condition that nobody knows',
      { policy: policy(publish({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })) },
      /does not let/,
    ],
    [
      'the policy is for an organisation, of which nothing is known here',
      { policy: policy(publish({ Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } })) },
      /does not let/,
    ],
    ['another statement refuses it', { policy: policy(publish(), publish({ Effect: 'Deny' })) }, /does not let/],
    [
      'the key may not be used by CloudWatch',
      { key: key(enough, 'Enabled', 'sns.amazonaws.com') },
      /key that cloudwatch\.amazonaws\.com may not use/,
    ],
    ['the key lets it decrypt only', { key: key('kms:Decrypt') }, /may not use/],
    ['the key is disabled', { key: key(enough, 'Disabled') }, /key that is Disabled/],
    ['the key is gone', { key: { seen: true, value: undefined } }, /key that is not there/],
    ['the key could not be read', { key: { seen: false, reason: 'denied' } }, /could not be read \(denied\)/],
    ['nobody has confirmed', { confirmed: 0 }, /no subscriber who has confirmed/],
  ] as const) {
    test(`and names the link that is broken when ${what}`, () => {
      const [first, ...others] = broken(change as Partial<ChainTopic>);
      assert.deepEqual(others, []);
      assert.match(first ?? '', says);
      assert.match(first ?? '', /^missing: pg-gameday-silent-critical-orders-prod: pg-gameday-p1-prod/);
    });
  }

  test('or by its event to the workflow that asks people, while its rule is on', () => {
    const answered = [{ ...alarm, topics: [] }];
    assert.deepEqual(broken({}, answered), []);
    const [first] = found({}, answered, false);
    assert.equal(first?.observed, `${alarm.name}: rule alert-event-prod is absent or disabled`);
    assert.deepEqual(
      found({}, [alarm], false).map(({ status }) => status),
      ['sound', 'sound'],
    );
  });

  test('and names an alarm that has had no data for a day', () => {
    assert.deepEqual(broken({}, [{ ...alarm, isBlind: true }]), [`advice: no data for a day: ${alarm.name}`]);
  });

  test('and names a broken topic once, however many alarms act on it', () => {
    const alarms = ['a', 'b', 'c', 'd'].map((name) => ({ ...alarm, name }));
    assert.deepEqual(broken({ confirmed: 0 }, alarms), [
      'missing: a, b and 2 more: pg-gameday-p1-prod has no subscriber who has confirmed',
    ]);
  });
});
