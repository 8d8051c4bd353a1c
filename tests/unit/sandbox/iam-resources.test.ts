import assert from 'node:assert/strict';
import { makeAuthorizer } from '../../../sandbox/iam/authorizer.ts';
import type { RawTemplate } from '../../../sandbox/template/resource.ts';
import type { Caller } from '../../../sandbox/wire/service.ts';
import { account, allow, ask, region, templateOf, world } from '../../support/iam-ask.ts';

describe('policies of resources and trust', () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'evidence' } };
  const bucketPolicy = (...Statement: unknown[]) => ({
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement } },
  });
  const everyObject = 'arn:aws:s3:::evidence/*';

  test('a bucket policy refuses what the role may, and allows what the role may not', () => {
    const denying = { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: everyObject };
    const refused = ask(
      templateOf([allow('s3:*', '*')], { Bucket: bucket, Policy: bucketPolicy(denying) }),
      's3:DeleteObject',
      { Bucket: 'evidence', Key: 'there' },
    );
    assert.match(refused?.message ?? '', /with an explicit deny in a resource-based policy$/);

    const principal = { AWS: `arn:aws:iam::${account}:role/task` };
    const allowing = { Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: everyObject };
    const template = templateOf([], { Bucket: bucket, Policy: bucketPolicy(allowing) });
    assert.equal(ask(template, 's3:GetObject', { Bucket: 'evidence', Key: 'there' }), undefined);
    assert.equal(ask(template, 's3:PutObject', { Bucket: 'evidence', Key: 'there' })?.code, 'AccessDenied');
  });

  test('a bucket that takes conditional writes only refuses others, whole, at the end of their parts and by copy', () => {
    const once = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::evidence/chain/*',
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    };
    const template = templateOf([allow('s3:*', '*')], { Bucket: bucket, Policy: bucketPolicy(once) });
    const refusedBy = (call: string, more: object = {}, Key = 'chain/1') =>
      ask(template, `s3:${call}`, { Bucket: 'evidence', Key, ...more })?.message.includes('resource-based policy');
    const CopySource = 'evidence/there';
    for (const [call, more] of [
      ['PutObject', {}],
      ['PutObject', { IfMatch: '"etag"' }],
      ['CompleteMultipartUpload', {}],
      ['CopyObject', { CopySource }],
    ] as const) {
      assert.equal(refusedBy(call, more), true, call);
      assert.equal(refusedBy(call, more, 'elsewhere/1'), undefined, call);
      assert.equal(refusedBy(call, { ...more, IfNoneMatch: '*' }), undefined, call);
    }
    // They make no object yet, and take no condition.
    for (const call of ['CreateMultipartUpload', 'UploadPart', 'UploadPartCopy'])
      assert.equal(refusedBy(call, { CopySource }), undefined, call);
  });

  test('a bucket policy that names the whole account allows nobody by itself', () => {
    const root = { AWS: `arn:aws:iam::${account}:root` };
    const statement = { Effect: 'Allow', Principal: root, Action: 's3:GetObject', Resource: everyObject };
    const template = templateOf([], { Bucket: bucket, Policy: bucketPolicy(statement) });
    assert.equal(ask(template, 's3:GetObject', { Bucket: 'evidence', Key: 'there' })?.code, 'AccessDenied');
  });

  test('EventBridge invokes a function only when a permission names it and the rule', () => {
    const fn = {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'f', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: {} },
    };
    const permission = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Fn' },
        Principal: 'events.amazonaws.com',
        SourceArn: `arn:aws:events:${region}:${account}:rule/nightly`,
      },
    };
    const from = (rule: string): Caller => ({
      account,
      accessKeyId: 'events.amazonaws.com',
      arn: 'events.amazonaws.com',
      sourceArn: `arn:aws:events:${region}:${account}:rule/${rule}`,
    });
    const invoke = (more: RawTemplate['Resources'], rule: string) =>
      ask(templateOf([], { Fn: fn, ...more }), 'lambda:Invoke', { FunctionName: 'f' }, from(rule));
    assert.match(invoke({}, 'nightly')?.message ?? '', /because no resource-based policy allows/);
    assert.equal(invoke({ Permission: permission }, 'nightly'), undefined);
    assert.equal(invoke({ Permission: permission }, 'other')?.code, 'AccessDeniedException');
  });

  test('a role is assumed only by whom it trusts, however much the caller may', () => {
    const guarded = {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'guarded',
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:role/task` }, Action: 'sts:AssumeRole' },
          ],
        },
      },
    };
    const template = templateOf([allow('*', '*')], { Guarded: guarded });
    const assume = (role: string) =>
      ask(template, 'sts:AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: 's' });
    assert.equal(assume('guarded'), undefined);
    assert.equal(assume('task')?.code, 'AccessDenied');
  });

  test('a function, a machine and a rule with roles that do not trust their services end the start', () => {
    const Role = { 'Fn::GetAtt': ['Role', 'Arn'] };
    const machine = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { StateMachineName: 'm', RoleArn: Role, DefinitionString: '{}' },
    };
    const rule = {
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'r', Targets: [{ Id: '1', Arn: 'arn:aws:x', RoleArn: Role }] },
    };
    const fn = {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'f', Role: 'arn:aws:iam::123456789012:role/elsewhere', Code: {} },
    };
    assert.throws(
      () => makeAuthorizer(templateOf([], { Machine: machine, Rule: rule, Fn: fn }), () => world),
      (error: Error) => {
        assert.match(error.message, /'Machine' uses role '.*\/task', which does not trust 'states.amazonaws.com'/);
        assert.match(error.message, /'Rule' uses role '.*\/task', which does not trust 'events.amazonaws.com'/);
        assert.match(error.message, /'Fn' uses role '.*\/elsewhere', which the template does not declare/);
        return true;
      },
    );
  });
});
