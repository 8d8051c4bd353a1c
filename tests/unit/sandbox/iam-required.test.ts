import assert from 'node:assert/strict';
import { account, allow, allows, ask, customerKey, rdsArn, region, templateOf } from '../../support/iam-ask.ts';

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

  test('a restore and a copy under a customer key need to describe it and to grant its use, by way of RDS', () => {
    const keyed = { ...restore, DBSnapshotIdentifier: 'gd-backup-sealed' };
    const rds = allow(['rds:RestoreDBInstanceFromDBSnapshot', 'rds:CopyDBSnapshot', 'rds:AddTagsToResource'], '*');
    const via = (service: string) => ({ 'kms:ViaService': `${service}.${region}.amazonaws.com` });
    const key = (action: string, condition: object) => allow(`kms:${action}`, customerKey, condition);
    const see = key('DescribeKey', { StringEquals: via('rds') });
    const give = key('CreateGrant', { StringEquals: via('rds'), Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    const copy = { SourceDBSnapshotIdentifier: 'gd-backup-9', TargetDBSnapshotIdentifier: 't', KmsKeyId: customerKey };
    for (const [call, input] of [
      ['rds:RestoreDBInstanceFromDBSnapshot', keyed],
      ['rds:CopyDBSnapshot', copy],
      ['rds:CopyDBSnapshot', { ...copy, SourceDBSnapshotIdentifier: 'gd-backup-sealed', KmsKeyId: undefined }],
    ] as const) {
      assert.equal(allows([rds, see, give], call, input), true, call);
      assert.equal(allows([rds, give], call, input), false, `${call} without kms:DescribeKey`);
      assert.equal(allows([rds, see], call, input), false, `${call} without kms:CreateGrant`);
      assert.equal(allows([rds, see, key('CreateGrant', { StringEquals: via('ec2') })], call, input), false);
    }
    const refusal = ask(templateOf([rds, see]), 'rds:RestoreDBInstanceFromDBSnapshot', keyed);
    assert.equal(refusal?.code, 'KMSKeyNotAccessibleFault');
    assert.equal(allows([rds], 'rds:RestoreDBInstanceFromDBSnapshot', restore), true, "AWS's own key");
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

  test('HeadObject needs s3:GetObject, and a missing key is reported only to who may list the bucket', () => {
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

  test('passing a lock needs the right to it beside that to delete', () => {
    const statements = [allow('s3:DeleteObjectVersion', 'arn:aws:s3:::b/*')];
    const removal = { Bucket: 'b', Key: 'k', VersionId: '1' };
    assert.equal(allows(statements, 's3:DeleteObject', removal), true);
    const past = { ...removal, BypassGovernanceRetention: true };
    assert.equal(allows(statements, 's3:DeleteObject', past), false);
    const both = [...statements, allow('s3:BypassGovernanceRetention', 'arn:aws:s3:::b/*')];
    assert.equal(allows(both, 's3:DeleteObject', past), true);
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
