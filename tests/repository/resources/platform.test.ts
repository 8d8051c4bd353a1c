import assert from 'node:assert/strict';
import severityTopics from '../../../packaging/cloudformation/severity-topics.cjs';
import { at, entriesAt, stringsIn, yamlOf } from '../files.ts';
import { resources } from '../templates/configuration.ts';

const all = resources();
const properties = (id: string) => at(all, id, 'Properties');

/** What protects evidence, copies and messages in every stage, whatever else the templates say. */
describe('the platform', () => {
  test('keeps evidence from the public, encrypted, with its versions, beyond the life of its stack', () => {
    const bucket = properties('EvidenceBucket');
    assert.deepEqual(at(bucket, 'PublicAccessBlockConfiguration'), {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.deepEqual(at(bucket, 'VersioningConfiguration'), { Status: 'Enabled' });
    assert.match(JSON.stringify(at(bucket, 'BucketEncryption')), /"SSEAlgorithm":"aws:kms"/);
    assert.match(String(at(all, 'EvidenceBucket', 'DeletionPolicy')), /^Retain/);
    assert.equal(at(all, 'EvidenceBucket', 'UpdateReplacePolicy'), 'Retain');
  });

  test('refuses who reads or writes evidence without TLS', () => {
    const statements = at(properties('EvidenceBucketPolicy'), 'PolicyDocument', 'Statement') as unknown[];
    const refusal = statements.find((one) => at(one, 'Sid') === 'RefusePlainText');
    assert.equal(at(refusal, 'Effect'), 'Deny');
    assert.equal(at(refusal, 'Principal'), '*');
    assert.deepEqual(at(refusal, 'Condition'), { Bool: { 'aws:SecureTransport': 'false' } });
    assert.equal((at(refusal, 'Resource') as unknown[]).length, 2, 'the bucket and what is in it');
  });

  test('lets no policy of a bucket or a topic allow everybody', () => {
    for (const [id, resource] of Object.entries(all)) {
      if (!/::(BucketPolicy|TopicPolicy|QueuePolicy)$/.test(String(at(resource, 'Type')))) continue;
      for (const statement of at(resource, 'Properties', 'PolicyDocument', 'Statement') as unknown[])
        if (at(statement, 'Effect') === 'Allow') {
          assert.notEqual(at(statement, 'Principal'), '*', id);
          assert.ok(at(statement, 'Condition') !== undefined, `${id} allows without a condition`);
        }
    }
  });

  test('lets into a copy what verifies it, by one port, and nothing out of it', () => {
    const ingress = Object.entries(all).filter(([, one]) => at(one, 'Type') === 'AWS::EC2::SecurityGroupIngress');
    assert.deepEqual(
      ingress.map(([, one]) => {
        const { Description: _, ...rule } = at(one, 'Properties') as Record<string, unknown>;
        return rule;
      }),
      [
        {
          GroupId: { Ref: 'CopySecurityGroup' },
          SourceSecurityGroupId: { Ref: 'VerifierSecurityGroup' },
          IpProtocol: 'tcp',
          FromPort: 5432,
          ToPort: 5432,
        },
      ],
    );
    assert.deepEqual(
      (at(properties('CopySecurityGroup'), 'SecurityGroupEgress') as unknown[]).map((one) => at(one, 'CidrIp')),
      ['127.0.0.1/32'],
    );
  });

  test('lets publish on a topic of a severity only the alarms of its own names, of this account', async () => {
    const { Resources } = await severityTopics({ resolveVariable: async () => 'dev' });
    const policies = Object.entries(Resources).filter(([, one]) => at(one, 'Type') === 'AWS::SNS::TopicPolicy');
    assert.equal(policies.length, 4);
    for (const [id, policy] of policies) {
      const [statement, ...others] = at(policy, 'Properties', 'PolicyDocument', 'Statement') as unknown[];
      assert.deepEqual(others, [], id);
      assert.deepEqual(at(statement, 'Principal'), { Service: 'cloudwatch.amazonaws.com' });
      const arns = stringsIn(at(statement, 'Condition', 'ArnLike', 'aws:SourceArn'));
      assert.equal(arns.length, 3, id);
      for (const arn of arns)
        assert.match(arn, /\$\{AWS::AccountId\}:alarm:(backup-and-verify|pg-gameday|restore-test)-\*$/, id);
    }
  });

  test('encrypts what waits to be delivered, and keeps it as long as SQS does', () => {
    assert.equal(at(properties('UndeliveredQueue'), 'SqsManagedSseEnabled'), true);
    assert.equal(at(properties('UndeliveredQueue'), 'MessageRetentionPeriod'), 14 * 86_400);
    assert.equal(at(properties('MailTopic'), 'KmsMasterKeyId'), 'alias/aws/sns');
  });

  test('hears of the money when it is forecast to be spent, nearly spent and spent', () => {
    const reports = at(properties('MonthlyBudget'), 'NotificationsWithSubscribers') as unknown[];
    assert.deepEqual(
      reports.map((one) => {
        const { NotificationType, ComparisonOperator, Threshold } = at(one, 'Notification') as Record<string, unknown>;
        return `${NotificationType} ${ComparisonOperator} ${Threshold}`;
      }),
      ['FORECASTED GREATER_THAN 100', 'ACTUAL GREATER_THAN 80', 'ACTUAL GREATER_THAN 100'],
    );
  });

  test('is packaged with a security group for copies wherever there is a network', () => {
    const serverless = yamlOf('serverless.yml');
    const groups = Object.fromEntries(entriesAt(serverless, 'custom', 'copySecurityGroupId'));
    assert.deepEqual(groups, { dev: '', test: { Ref: 'CopySecurityGroup' }, prod: { Ref: 'CopySecurityGroup' } });
    assert.match(
      String(at(yamlOf('functions/instances/functions.yml'), 'startRestore', 'environment', 'COPY_SECURITY_GROUP_ID')),
      /custom\.copySecurityGroupId\./,
    );
    assert.ok(at(serverless, 'provider', 'environment', 'PGSSLROOTCERT') !== undefined, 'certificates are verified');
  });
});
