import assert from 'node:assert/strict';
import { makeAuthorizer } from '../../../sandbox/iam/authorizer.ts';
import { account, allow, allows, ask, rdsArn, region, session, templateOf, world } from '../../support/iam-ask.ts';

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

  test('what is created bears the tags of its request, and what is there its own', () => {
    const untouched = { Null: { 'aws:ResourceTag/made-by': 'true' } };
    const mayTag = (condition: object, name: string, operation = 'RestoreDBInstanceFromDBSnapshot') =>
      allows(
        [allow('rds:RestoreDBInstanceFromDBSnapshot', '*'), allow('rds:AddTagsToResource', '*', condition)],
        `rds:${operation}`,
        {
          DBInstanceIdentifier: name,
          DBSnapshotIdentifier: 's',
          ResourceName: rdsArn(`db:${name}`),
          Tags: [{ Key: 'made-by', Value: 'us' }],
        },
      );
    assert.equal(mayTag({ StringEquals: { 'aws:ResourceTag/made-by': 'us' } }, 'new'), true);
    assert.equal(mayTag(untouched, 'new'), false);
    assert.equal(mayTag(untouched, 'untagged', 'AddTagsToResource'), true);
    assert.equal(mayTag({ StringEquals: { 'aws:ResourceTag/made-by': 'us' } }, 'gd-copy-2'), false);
    assert.equal(mayTag({ StringEquals: { 'aws:ResourceTag/made-by': 'somebody' } }, 'gd-copy-2'), true);
  });

  test('everything that cannot be enforced is reported at once, before anything runs', () => {
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
