import assert from 'node:assert/strict';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as sts from '@aws-sdk/client-sts';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { makeSecretsManager } from '../../sandbox/services/secretsmanager/secretsmanager.ts';
import { makeSns, type Sns } from '../../sandbox/services/sns/sns.ts';
import { makeSts } from '../../sandbox/services/sts/sts.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const account = '123456789012';

describe('SNS over the wire', () => {
  let topics: Sns;
  let wire: TestWire;
  let client: sns.SNSClient;
  const delivered: string[] = [];

  beforeAll(async () => {
    topics = makeSns({ account, deliver: ({ endpoint }, { message }) => delivered.push(`${endpoint}: ${message}`) });
    wire = await startTestWire([topics]);
    client = new sns.SNSClient(wire.client);
  });
  afterAll(async () => {
    client.destroy();
    await wire.stop();
  });

  test('a published message is kept with its subject and attributes, and delivered to subscribers', async () => {
    const { TopicArn = '' } = await client.send(new sns.CreateTopicCommand({ Name: 'alerts' }));
    assert.equal(TopicArn, `arn:aws:sns:eu-central-1:${account}:alerts`);
    const endpoint = 'ops@example.com';
    const { SubscriptionArn = '' } = await client.send(
      new sns.SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: endpoint }),
    );
    const MessageAttributes = { severity: { DataType: 'String', StringValue: 'page' } };
    const { MessageId } = await client.send(
      new sns.PublishCommand({ TopicArn, Subject: 'restore failed', Message: 'a & b <c>\n"ü"', MessageAttributes }),
    );
    const [message] = topics.messages(TopicArn);
    assert.equal(message?.messageId, MessageId);
    assert.equal(message?.subject, 'restore failed');
    assert.equal(message?.message, 'a & b <c>\n"ü"');
    assert.deepEqual(message?.attributes, { severity: 'page' });
    assert.deepEqual(delivered, ['ops@example.com: a & b <c>\n"ü"']);
    const listed = await client.send(new sns.ListSubscriptionsByTopicCommand({ TopicArn }));
    assert.deepEqual(
      listed.Subscriptions?.map(({ Endpoint }) => Endpoint),
      [endpoint],
    );
    await client.send(new sns.UnsubscribeCommand({ SubscriptionArn }));
    await client.send(new sns.PublishCommand({ TopicArn, Message: 'unheard' }));
    assert.equal(delivered.length, 1);
    const attributes = await client.send(new sns.GetTopicAttributesCommand({ TopicArn }));
    assert.equal(attributes.Attributes?.['SubscriptionsConfirmed'], '0');
  });

  test('a subscription gets what its filter policy lets through, and a filter of another form is refused', async () => {
    const { TopicArn = '' } = await client.send(new sns.CreateTopicCommand({ Name: 'filtered' }));
    const subscribe = (Endpoint: string, filter: object) =>
      client.send(
        new sns.SubscribeCommand({
          TopicArn,
          Protocol: 'email',
          Endpoint,
          Attributes: { FilterPolicy: JSON.stringify(filter) },
        }),
      );
    await subscribe('lead@example.com', { severity: ['P1'] });
    for (const StringValue of ['P1', 'P2']) {
      const MessageAttributes = { severity: { DataType: 'String', StringValue } };
      await client.send(new sns.PublishCommand({ TopicArn, Message: StringValue, MessageAttributes }));
    }
    await client.send(new sns.PublishCommand({ TopicArn, Message: 'of none' }));
    assert.deepEqual(
      topics.received('lead@example.com').map(({ message }) => message),
      ['P1'],
    );
    await assert.rejects(subscribe('x@example.com', { severity: [{ prefix: 'P' }] }), /reads only lists of strings/);
  });

  test('a topic of another region is not listed here, and a deleted one is gone', async () => {
    const far = topics.createTopic('us-east-1', 'far');
    const { Topics = [] } = await client.send(new sns.ListTopicsCommand({}));
    assert.ok(!Topics.some(({ TopicArn }) => TopicArn === far));
    const refused = client.send(new sns.PublishCommand({ TopicArn: far, Message: 'x' }));
    await assert.rejects(refused, { message: 'Invalid parameter: TopicArn' });
    const near = topics.createTopic('eu-central-1', 'near');
    await client.send(new sns.DeleteTopicCommand({ TopicArn: near }));
    await assert.rejects(client.send(new sns.PublishCommand({ TopicArn: near, Message: 'x' })), (error: Error) => {
      return error instanceof sns.NotFoundException && error.message === 'Topic does not exist';
    });
  });

  test('a subject with a line break, an empty message and a message over 256 KiB are refused', async () => {
    const TopicArn = topics.createTopic('eu-central-1', 'strict');
    const refused: sns.PublishCommandInput[] = [
      { TopicArn, Subject: 'two\nlines', Message: 'x' },
      { TopicArn, Message: '' },
      { TopicArn, Message: 'ü'.repeat(131_073) },
    ];
    for (const input of refused) {
      await assert.rejects(client.send(new sns.PublishCommand(input)), sns.InvalidParameterException);
    }
    assert.equal(topics.messages(TopicArn).length, 0);
  });
});

describe('Secrets Manager over the wire', () => {
  let wire: TestWire;
  let client: secretsManager.SecretsManagerClient;

  beforeAll(async () => {
    wire = await startTestWire([makeSecretsManager({ account })]);
    client = new secretsManager.SecretsManagerClient(wire.client);
  });
  afterAll(async () => {
    client.destroy();
    await wire.stop();
  });

  test('a secret is found by name, by ARN, and by ARN without its suffix', async () => {
    const created = await client.send(
      new secretsManager.CreateSecretCommand({ Name: 'orders/admin', SecretString: '{"password":"one"}' }),
    );
    assert.match(created.ARN ?? '', /:secret:orders\/admin-[A-Za-z0-9]{6}$/);
    for (const SecretId of ['orders/admin', created.ARN, created.ARN?.slice(0, -7)]) {
      const value = await client.send(new secretsManager.GetSecretValueCommand({ SecretId }));
      assert.equal(value.SecretString, '{"password":"one"}');
    }
    const partial = new secretsManager.GetSecretValueCommand({ SecretId: created.ARN?.slice(0, -3) });
    await assert.rejects(client.send(partial), secretsManager.ResourceNotFoundException);
  });

  test('a new value is current and the one before it is previous', async () => {
    await client.send(new secretsManager.CreateSecretCommand({ Name: 'rotated', SecretString: 'one' }));
    await client.send(new secretsManager.PutSecretValueCommand({ SecretId: 'rotated', SecretString: 'two' }));
    await client.send(new secretsManager.UpdateSecretCommand({ SecretId: 'rotated', SecretString: 'three' }));
    const read = async (VersionStage: string) =>
      (await client.send(new secretsManager.GetSecretValueCommand({ SecretId: 'rotated', VersionStage }))).SecretString;
    assert.deepEqual([await read('AWSCURRENT'), await read('AWSPREVIOUS')], ['three', 'two']);
  });

  test('the same request token is one version', async () => {
    const ClientRequestToken = 'a'.repeat(32);
    const input = { Name: 'once', SecretString: 'v', ClientRequestToken };
    const { VersionId } = await client.send(new secretsManager.CreateSecretCommand(input));
    const again = await client.send(
      new secretsManager.PutSecretValueCommand({ SecretId: 'once', SecretString: 'v', ClientRequestToken }),
    );
    assert.equal(again.VersionId, VersionId);
    await assert.rejects(
      client.send(
        new secretsManager.PutSecretValueCommand({ SecretId: 'once', SecretString: 'w', ClientRequestToken }),
      ),
      secretsManager.ResourceExistsException,
    );
  });

  test('a binary value comes back as bytes', async () => {
    const SecretBinary = Uint8Array.from([0, 255, 7]);
    await client.send(new secretsManager.CreateSecretCommand({ Name: 'bytes', SecretBinary }));
    const read = await client.send(new secretsManager.GetSecretValueCommand({ SecretId: 'bytes' }));
    assert.deepEqual(Array.from(read.SecretBinary ?? []), [0, 255, 7]);
  });

  test('a deleted secret cannot be read until it is restored, and is listed only on request', async () => {
    const Tags = [{ Key: 'app', Value: 'gameday' }];
    await client.send(new secretsManager.CreateSecretCommand({ Name: 'gone', SecretString: 'x', Tags }));
    await client.send(new secretsManager.DeleteSecretCommand({ SecretId: 'gone', RecoveryWindowInDays: 7 }));
    const read = new secretsManager.GetSecretValueCommand({ SecretId: 'gone' });
    await assert.rejects(client.send(read), secretsManager.InvalidRequestException);
    const names = async (IncludePlannedDeletion: boolean) => {
      const input = { IncludePlannedDeletion, Filters: [{ Key: 'tag-value' as const, Values: ['gameday'] }] };
      return (await client.send(new secretsManager.ListSecretsCommand(input))).SecretList?.map(({ Name }) => Name);
    };
    assert.deepEqual([await names(false), await names(true)], [[], ['gone']]);
    await client.send(new secretsManager.RestoreSecretCommand({ SecretId: 'gone' }));
    assert.equal((await client.send(read)).SecretString, 'x');
    const described = await client.send(new secretsManager.DescribeSecretCommand({ SecretId: 'gone' }));
    assert.equal(described.DeletedDate, undefined);
    assert.deepEqual(described.Tags, Tags);
    await client.send(new secretsManager.DeleteSecretCommand({ SecretId: 'gone', ForceDeleteWithoutRecovery: true }));
    await assert.rejects(client.send(read), secretsManager.ResourceNotFoundException);
  });
});

describe('STS over the wire', () => {
  const roleArn = `arn:aws:iam::${account}:role/gameday/restore-role`;
  const credentials = makeCredentials();
  let wire: TestWire;

  beforeAll(async () => {
    wire = await startTestWire([makeSts({ credentials, roleExists: (arn) => arn === roleArn })], { credentials });
  });
  afterAll(() => wire.stop());

  test('the operator is a user, and an assumed role is a session of that role', async () => {
    const operator = new sts.STSClient(wire.client);
    assert.equal(
      (await operator.send(new sts.GetCallerIdentityCommand({}))).Arn,
      `arn:aws:iam::${account}:user/operator`,
    );
    const { Credentials: issued } = await operator.send(
      new sts.AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'drill' }),
    );
    assert.ok(issued?.AccessKeyId && issued.SecretAccessKey && issued.SessionToken);
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = issued;
    const role = new sts.STSClient({ ...wire.client, credentials: { accessKeyId, secretAccessKey, sessionToken } });
    const identity = await role.send(new sts.GetCallerIdentityCommand({}));
    assert.equal(identity.Arn, `arn:aws:sts::${account}:assumed-role/restore-role/drill`);
    const withoutToken = new sts.STSClient({ ...wire.client, credentials: { accessKeyId, secretAccessKey } });
    await assert.rejects(withoutToken.send(new sts.GetCallerIdentityCommand({})), { name: 'InvalidClientTokenId' });
    for (const client of [operator, role, withoutToken]) {
      client.destroy();
    }
  });

  test('a role that the template does not declare cannot be assumed', async () => {
    const operator = new sts.STSClient(wire.client);
    const command = new sts.AssumeRoleCommand({ RoleArn: `${roleArn}-other`, RoleSessionName: 'drill' });
    await assert.rejects(operator.send(command), { name: 'AccessDenied' });
    operator.destroy();
  });
});
