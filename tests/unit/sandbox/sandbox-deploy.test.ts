import assert from 'node:assert/strict';
import { makeClock } from '../../../sandbox/clock.ts';
import { makeEventBus } from '../../../sandbox/services/events/event-bus.ts';
import { makeLogStore } from '../../../sandbox/services/logs/log-store.ts';
import { makeBucketStore } from '../../../sandbox/services/s3/bucket-store.ts';
import { makeSecretsManager } from '../../../sandbox/services/secretsmanager/secretsmanager.ts';
import { makeDeliver } from '../../../sandbox/services/sns/deliver.ts';
import { makeSns } from '../../../sandbox/services/sns/sns.ts';
import {
  deployBuckets,
  deployLogGroups,
  deployRules,
  deploySecrets,
  deployTopics,
} from '../../../sandbox/template/deploy.ts';
import { readTemplate } from '../../../sandbox/template/read-template.ts';

const account = '123456789012';
const region = 'eu-central-1';
const context = { stackName: 's', region, account, partition: 'aws', parameters: {} };

describe('a deployed template', () => {
  test('has its buckets, topics, groups, rules and secrets in the services, under the names that it refers to', async () => {
    const calls: { service: string; input: { FunctionName: string; Payload: Uint8Array } }[] = [];
    const deliver = makeDeliver({
      account,
      dispatch: async (service, _operation, input) => {
        calls.push({ service, input: input as { FunctionName: string; Payload: Uint8Array } });
      },
      onFailure: (_subscription, error) => assert.fail(String(error)),
    });
    const topics = makeSns({ account, deliver });
    const buckets = makeBucketStore();
    const logs = makeLogStore(account);
    const secrets = makeSecretsManager({ account });
    const bus = makeEventBus({ account, clock: makeClock(), deliver: async () => {} });
    const notifier = `arn:aws:lambda:${region}:${account}:function:notify`;
    const template = readTemplate(
      {
        Resources: {
          Evidence: {
            Type: 'AWS::S3::Bucket',
            Properties: {
              BucketName: 'evidence',
              VersioningConfiguration: { Status: 'Enabled' },
              ObjectLockConfiguration: {
                ObjectLockEnabled: 'Enabled',
                Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } },
              },
              Tags: [{ Key: 'a', Value: 'b' }],
            },
          },
          Alerts: {
            Type: 'AWS::SNS::Topic',
            Properties: { TopicName: 'alerts', Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.com' }] },
          },
          Notify: {
            Type: 'AWS::SNS::Subscription',
            Properties: { TopicArn: { Ref: 'Alerts' }, Protocol: 'lambda', Endpoint: notifier },
          },
          Chosen: {
            Type: 'AWS::SNS::Subscription',
            Properties: {
              TopicArn: { Ref: 'Alerts' },
              Protocol: 'email',
              Endpoint: 'lead@example.com',
              FilterPolicy: { k: ['u', 'v'], l: ['w'] },
            },
          },
          Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/g', RetentionInDays: 14 } },
          Nightly: {
            Type: 'AWS::Events::Rule',
            Properties: {
              Name: 'nightly',
              ScheduleExpression: 'rate(1 day)',
              Targets: [{ Id: 't', Arn: { Ref: 'Secret' } }],
            },
          },
          Secret: {
            Type: 'AWS::SecretsManager::Secret',
            Properties: {
              Name: 'admin',
              GenerateSecretString: { SecretStringTemplate: '{"username":"ops"}', GenerateStringKey: 'password' },
            },
          },
        },
      },
      context,
      () => '/code',
    );
    deployBuckets(template, buckets);
    deployTopics(template, topics);
    deployRules(template, bus);
    deployLogGroups(template, logs);
    deploySecrets(template, secrets);

    assert.equal(buckets.get('evidence').versioning, 'Enabled');
    assert.deepEqual(buckets.get('evidence').lock, { rule: { mode: 'GOVERNANCE', days: 3 } });
    assert.deepEqual(buckets.get('evidence').configuration.get('Tagging'), { TagSet: [{ Key: 'a', Value: 'b' }] });
    assert.equal(logs.group(region, '/g')?.retentionInDays, 14);
    const secret = secrets.secrets.in(region).get('admin');
    assert.equal(bus.rule(region, 'nightly')?.targets.get('t')?.Arn, secret.arn);
    const value = JSON.parse([...secret.versions.values()][0]?.text ?? '');
    assert.equal(value.username, 'ops');
    assert.equal(value.password.length, 32);

    const TopicArn = `arn:aws:sns:${region}:${account}:alerts`;
    const publish = topics.operations['Publish'];
    assert.ok(publish);
    await publish(
      { TopicArn, Subject: 's', Message: 'm', MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } } },
      {} as never,
    );
    assert.deepEqual(
      calls.map(({ service, input }) => [service, input.FunctionName]),
      [['lambda', notifier]],
    );
    const [{ Sns }] = JSON.parse(Buffer.from(calls[0]?.input.Payload ?? []).toString()).Records;
    assert.deepEqual(
      [Sns.TopicArn, Sns.Subject, Sns.Message, Sns.MessageAttributes],
      [TopicArn, 's', 'm', { k: { Type: 'String', Value: 'v' } }],
    );
    assert.equal(topics.received('ops@example.com').length, 1);
    assert.equal(topics.received('lead@example.com').length, 0);
    const both = { k: { DataType: 'String', StringValue: 'u' }, l: { DataType: 'String', StringValue: 'w' } };
    await publish({ TopicArn, Message: 'for the lead', MessageAttributes: both }, {} as never);
    assert.deepEqual(
      topics.received('lead@example.com').map(({ message }) => message),
      ['for the lead'],
    );
  });
});
