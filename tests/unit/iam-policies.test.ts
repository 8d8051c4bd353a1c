import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeAuthorizer } from '../../sandbox/iam/authorizer.ts';
import type { World } from '../../sandbox/iam/needs/need.ts';
import { readTemplate } from '../../sandbox/template/read-template.ts';
import type { RawTemplate } from '../../sandbox/template/resource.ts';
import type { AwsError } from '../../sandbox/wire/aws-error.ts';
import type { CallContext, Caller } from '../../sandbox/wire/service.ts';

const account = '123456789012';
const region = 'us-east-1';
const context = { stackName: 'iam', region, account, partition: 'aws', parameters: {} };
const rdsArn = (resource: string) => `arn:aws:rds:${region}:${account}:${resource}`;

const trust = (...services: string[]) => ({
  Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }],
});

function templateOf(statements: readonly unknown[], more: RawTemplate['Resources'] = {}) {
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'task',
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      Policies: [{ PolicyName: 'task', PolicyDocument: { Statement: statements } }],
    },
  };
  return readTemplate({ Resources: { Role: role, ...more } }, context, (key) => `/code/${key}`);
}

const tags: Record<string, Record<string, string>> = {
  [rdsArn('db:gd-copy-1')]: { 'made-by': 'pg-gameday' },
  [rdsArn('db:gd-copy-2')]: { 'made-by': 'somebody' },
};
const world: World = {
  tagsOf: (arn) => tags[arn],
  secretArn: (_region, id) => (id.startsWith('arn:') ? `${id}-AbCdEf` : undefined),
  objectExists: (_bucket, key) => key === 'there',
  postgresMajor: () => '18',
};

const session: Caller = {
  account,
  accessKeyId: 'ASIA0',
  arn: `arn:aws:sts::${account}:assumed-role/task/run`,
  roleName: 'task',
};

/** Asks as the role `task`, or as `caller`, whether an API call may be made. */
function ask(
  template: ReturnType<typeof templateOf>,
  call: string,
  input: object = {},
  caller: Caller = session,
): AwsError | undefined {
  const [service = '', operation = ''] = call.split(':');
  const asked: CallContext = {
    requestId: 'r',
    service,
    operation,
    region,
    caller,
    signal: new AbortController().signal,
  };
  return makeAuthorizer(template, () => world).authorize(asked, input);
}

const allows = (statements: readonly unknown[], call: string, input: object = {}) =>
  ask(templateOf(statements), call, input) === undefined;

const allow = (Action: unknown, Resource: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

describe('policies of roles', () => {
  test('what no statement allows is refused in the words of AWS', () => {
    const denial = ask(templateOf([]), 'rds:DeleteDBInstance', { DBInstanceIdentifier: 'Orders' });
    assert.equal(denial?.code, 'AccessDenied');
    assert.equal(denial?.status, 403);
    assert.equal(
      denial?.message,
      `User: ${session.arn} is not authorized to perform: rds:DeleteDBInstance on resource: ${rdsArn('db:orders')} ` +
        'because no identity-based policy allows the rds:DeleteDBInstance action',
    );
  });

  test('an explicit deny wins over every allow and says so', () => {
    const template = templateOf([
      allow('*', '*'),
      { Effect: 'Deny', Action: 'rds:Delete*', Resource: rdsArn('db:prod-*') },
    ]);
    assert.equal(ask(template, 'rds:DeleteDBInstance', { DBInstanceIdentifier: 'test-1' }), undefined);
    const denial = ask(template, 'rds:DeleteDBInstance', { DBInstanceIdentifier: 'prod-1' });
    assert.match(denial?.message ?? '', /with an explicit deny in an identity-based policy$/);
  });

  test('each service refuses with its own code', () => {
    const codes = Object.fromEntries(
      [
        's3:GetObject',
        'rds:DescribeDBInstances',
        'sts:AssumeRole',
        'monitoring:PutMetricData',
        'states:StartExecution',
        'lambda:Invoke',
        'secretsmanager:GetSecretValue',
        'logs:PutLogEvents',
        'events:PutRule',
        'sns:Publish',
      ].map((call) => [call.split(':')[0], ask(templateOf([]), call, { Bucket: 'b', Key: 'k' })?.code]),
    );
    assert.deepEqual(codes, {
      s3: 'AccessDenied',
      rds: 'AccessDenied',
      sts: 'AccessDenied',
      monitoring: 'AccessDenied',
      states: 'AccessDeniedException',
      lambda: 'AccessDeniedException',
      secretsmanager: 'AccessDeniedException',
      logs: 'AccessDeniedException',
      events: 'AccessDeniedException',
      sns: 'AuthorizationErrorException',
    });
  });

  test('wildcards reach within a part of an ARN and not into another region', () => {
    const describe = (Resource: string, id: string) =>
      allows([allow('rds:describedb*', Resource)], 'rds:DescribeDBInstances', { DBInstanceIdentifier: id });
    assert.equal(describe(rdsArn('db:gd-*'), 'gd-copy-1'), true);
    assert.equal(describe(rdsArn('db:gd-?'), 'gd-1'), true);
    assert.equal(describe(rdsArn('db:gd-?'), 'gd-12'), false);
    assert.equal(describe(`arn:aws:rds:eu-*:${account}:db:*`, 'gd-1'), false);
    assert.equal(describe(`arn:aws:rds:*:db:gd-1`, 'gd-1'), false);
  });

  test('a listing of everything needs more than the right to one resource', () => {
    assert.equal(allows([allow('rds:*', rdsArn('db:gd-*'))], 'rds:DescribeDBInstances'), false);
    assert.equal(allows([allow('rds:*', rdsArn('db:*'))], 'rds:DescribeDBInstances'), true);
  });

  test('NotAction and NotResource allow what they do not name', () => {
    const statements = [{ Effect: 'Allow', NotAction: 'rds:Delete*', NotResource: rdsArn('db:prod') }];
    assert.equal(allows(statements, 'rds:StopDBInstance', { DBInstanceIdentifier: 'test' }), true);
    assert.equal(allows(statements, 'rds:StopDBInstance', { DBInstanceIdentifier: 'prod' }), false);
    assert.equal(allows(statements, 'rds:DeleteDBInstance', { DBInstanceIdentifier: 'test' }), false);
  });

  test('a condition on a tag of the resource protects what lacks the tag, and what does not exist', () => {
    const statements = [
      allow('rds:DeleteDBInstance', rdsArn('db:gd-copy-*'), {
        StringEquals: { 'aws:ResourceTag/made-by': 'pg-gameday' },
      }),
    ];
    const mayDelete = (id: string) => allows(statements, 'rds:DeleteDBInstance', { DBInstanceIdentifier: id });
    assert.equal(mayDelete('gd-copy-1'), true);
    assert.equal(mayDelete('gd-copy-2'), false);
    assert.equal(mayDelete('gd-copy-3'), false);
  });

  test('conditions look at the tags of the request, the region, the transport and the absence of keys', () => {
    const snapshot = { DBSnapshotIdentifier: 's', DBInstanceIdentifier: 'd', Tags: [{ Key: 'made-by', Value: 'us' }] };
    const under = (condition: object) => allows([allow('rds:*', '*', condition)], 'rds:CreateDBSnapshot', snapshot);
    assert.equal(under({ StringEquals: { 'aws:RequestTag/made-by': ['them', 'us'] } }), true);
    assert.equal(under({ StringNotEquals: { 'aws:RequestTag/made-by': ['them', 'us'] } }), false);
    assert.equal(under({ StringNotEquals: { 'aws:RequestTag/owner': 'us' } }), true);
    assert.equal(under({ StringEqualsIfExists: { 'aws:RequestTag/owner': 'us' } }), true);
    assert.equal(under({ 'ForAllValues:StringLike': { 'aws:TagKeys': 'made-*' } }), true);
    assert.equal(under({ 'ForAllValues:StringLike': { 'aws:TagKeys': 'own*' } }), false);
    assert.equal(under({ StringEquals: { 'aws:RequestedRegion': region } }), true);
    assert.equal(under({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }), false);
    assert.equal(under({ Bool: { 'aws:SecureTransport': 'true' } }), true);
    assert.equal(under({ Bool: { 'aws:SecureTransport': 'false' } }), false);
    assert.equal(under({ Null: { 'aws:RequestTag/owner': 'true' } }), true);
    assert.equal(under({ Null: { 'aws:RequestTag/made-by': 'true' } }), false);
  });

  test('everything that cannot be enforced is told at once, before anything runs', () => {
    const statements = [
      allow('rds:*', '*', { StringMatches: { 'aws:RequestedRegion': 'x' } }),
      allow('rds:*', '*', { StringEquals: { 'aws:SourceVpce': 'x' } }),
      allow('rds', 'db:*'),
      { Effect: 'Allow', Action: 'rds:*', Resource: '*', NotPrincipal: '*' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      allow('s3:*', 'arn:aws:s3:::b/${aws:username}'),
    ];
    assert.throws(
      () => makeAuthorizer(templateOf(statements), () => world),
      (error: Error) => {
        assert.match(error.message, /'#1': condition operator 'StringMatches' is not known/);
        assert.match(error.message, /'#2': condition key 'aws:SourceVpce' is not known/);
        assert.match(error.message, /'#3': action 'rds' is no 'service:Action'/);
        assert.match(error.message, /'#3': resource 'db:\*' is neither/);
        assert.match(error.message, /'#4': member 'NotPrincipal' is not known/);
        assert.match(error.message, /'#5': policy variable in/);
        return true;
      },
    );
  });

  test('an operation whose permissions nobody wrote down is refused even to a role that may do everything', () => {
    const denial = ask(templateOf([allow('*', '*')]), 'rds:CreateDBCluster', {});
    assert.equal(denial?.status, 501);
    assert.match(denial?.message ?? '', /does not know which permissions 'rds:CreateDBCluster' needs/);
  });

  test('the operator is not asked, and a role that the template does not have may do nothing', () => {
    const operator = { account, accessKeyId: 'AKIA', arn: `arn:aws:iam::${account}:user/operator` };
    const stranger = { ...session, roleName: 'stranger', arn: `arn:aws:sts::${account}:assumed-role/stranger/x` };
    const template = templateOf([allow('*', '*')]);
    assert.equal(ask(template, 'rds:DeleteDBInstance', { DBInstanceIdentifier: 'x' }, operator), undefined);
    assert.equal(ask(template, 'rds:StopDBInstance', { DBInstanceIdentifier: 'x' }, stranger)?.code, 'AccessDenied');
  });
});

describe('what calls need', () => {
  const restore = {
    DBInstanceIdentifier: 'gd-copy-9',
    DBSnapshotIdentifier: 'gd-backup-9',
    DBParameterGroupName: 'ours',
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  const everything = ['db:gd-copy-9', 'snapshot:gd-backup-9', 'pg:ours', 'og:default:postgres-18', 'subgrp:default'];

  test('a restore needs its action on instance, snapshot, parameter group, option group and subnet group', () => {
    const granted = (resources: readonly string[]) =>
      allows(
        [
          allow('rds:RestoreDBInstanceFromDBSnapshot', resources.map(rdsArn)),
          allow('rds:AddTagsToResource', rdsArn('db:gd-copy-9')),
        ],
        'rds:RestoreDBInstanceFromDBSnapshot',
        restore,
      );
    assert.equal(granted(everything), true);
    for (const left of everything) {
      assert.equal(granted(everything.filter((one) => one !== left)), false, `without ${left}`);
    }
  });

  test('tags given at creation need the right to tag what is created, and only that', () => {
    const create = allow('rds:CreateDBSnapshot', '*');
    const input = { DBSnapshotIdentifier: 's', DBInstanceIdentifier: 'd' };
    const tagged = { ...input, Tags: [{ Key: 'a', Value: 'b' }] };
    const tag = (resource: string) => allow('rds:AddTagsToResource', rdsArn(resource));
    assert.equal(allows([create], 'rds:CreateDBSnapshot', input), true);
    assert.equal(allows([create], 'rds:CreateDBSnapshot', tagged), false);
    assert.equal(allows([create, tag('db:d')], 'rds:CreateDBSnapshot', tagged), false);
    assert.equal(allows([create, tag('snapshot:s')], 'rds:CreateDBSnapshot', tagged), true);
  });

  test('HeadObject needs s3:GetObject, and a missing key is told only to who may list the bucket', () => {
    const get = allow('s3:GetObject', 'arn:aws:s3:::b/*');
    const list = allow('s3:ListBucket', 'arn:aws:s3:::b');
    assert.equal(allows([get], 's3:HeadObject', { Bucket: 'b', Key: 'there' }), true);
    assert.equal(allows([get], 's3:HeadObject', { Bucket: 'b', Key: 'gone' }), false);
    assert.equal(allows([get, list], 's3:HeadObject', { Bucket: 'b', Key: 'gone' }), true);
    assert.equal(allows([list], 's3:GetObject', { Bucket: 'b', Key: 'gone' }), false);
    assert.match(
      ask(templateOf([get]), 's3:GetObject', { Bucket: 'b', Key: 'gone' })?.message ?? '',
      /s3:ListBucket on resource: "arn:aws:s3:::b" because/,
    );
  });

  test('deleting many objects needs the right to each', () => {
    const statements = [allow('s3:DeleteObject', 'arn:aws:s3:::b/old/*')];
    const remove = (...keys: string[]) =>
      allows(statements, 's3:DeleteObjects', { Bucket: 'b', Delete: { Objects: keys.map((Key) => ({ Key })) } });
    assert.equal(remove('old/1', 'old/2'), true);
    assert.equal(remove('old/1', 'new/2'), false);
  });

  test('a secret is authorised by its full ARN, whatever the caller calls it', () => {
    const partial = `arn:aws:secretsmanager:${region}:${account}:secret:db`;
    const may = (resource: string) =>
      allows([allow('secretsmanager:GetSecretValue', resource)], 'secretsmanager:GetSecretValue', {
        SecretId: partial,
      });
    assert.equal(may(partial), false);
    assert.equal(may(`${partial}-??????`), true);
  });

  test('who hands a role to a service needs iam:PassRole on it, for that service', () => {
    const roleArn = `arn:aws:iam::${account}:role/machine`;
    const create = allow('states:CreateStateMachine', '*');
    const pass = (service: string) =>
      allow('iam:PassRole', roleArn, { StringEquals: { 'iam:PassedToService': service } });
    const may = (...statements: unknown[]) =>
      allows(statements, 'states:CreateStateMachine', { name: 'm', definition: '{}', roleArn });
    assert.equal(may(create), false);
    assert.equal(may(create, pass('lambda.amazonaws.com')), false);
    assert.equal(may(create, pass('states.amazonaws.com')), true);
    const target = { Rule: 'r', Targets: [{ Id: '1', Arn: 'arn:x', RoleArn: roleArn }] };
    assert.equal(allows([allow('events:PutTargets', '*')], 'events:PutTargets', target), false);
  });
});

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

describe('permissions that are used', () => {
  test('each action on each resource of a statement is counted, and refusals are kept', () => {
    const template = templateOf([
      allow(['rds:StartDBInstance', 'rds:StopDBInstance'], [rdsArn('db:a'), rdsArn('db:b')]),
    ]);
    const authorizer = makeAuthorizer(template, () => world);
    const stop = (DBInstanceIdentifier: string) =>
      authorizer.authorize(
        {
          requestId: 'r',
          service: 'rds',
          operation: 'StopDBInstance',
          region,
          caller: session,
          signal: new AbortController().signal,
        },
        { DBInstanceIdentifier },
      );
    stop('a');
    stop('c');
    const used = authorizer.grants().filter(({ uses }) => uses > 0);
    assert.deepEqual(
      used.map(({ action, resource }) => [action, resource]),
      [['rds:StopDBInstance', rdsArn('db:a')]],
    );
    assert.equal(authorizer.grants().length, 4);
    assert.deepEqual(authorizer.denials(), [
      { caller: session.arn, action: 'rds:StopDBInstance', resource: rdsArn('db:c') },
    ]);
  });
});
