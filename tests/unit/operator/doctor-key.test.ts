import assert from 'node:assert/strict';
import { checkKey, keyPolicyServes } from '../../../operator/doctor/check-key.ts';

const account = '123456789012';
const root = { AWS: `arn:aws:iam::${account}:root` };
const serves = (...Statement: readonly object[]) => keyPolicyServes(JSON.stringify({ Statement }), account);
const allow = (Principal: unknown, Action: unknown = 'kms:*', more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...more,
});

describe('the policy of a key', () => {
  test('serves when it leaves the key to the account, in one statement or in several', () => {
    assert.ok(serves(allow(root)));
    assert.ok(serves(allow({ AWS: account })));
    assert.ok(serves(allow(root, ['kms:CreateGrant', 'kms:Decrypt']), allow(root, ['kms:Describe*', 'kms:Generate*'])));
  });

  test('does not serve when it names single roles, or not all that RDS needs', () => {
    assert.ok(!serves(allow({ AWS: `arn:aws:iam::${account}:role/admin` })));
    assert.ok(!serves(allow({ AWS: 'arn:aws:iam::210987654321:root' })));
    assert.ok(!serves(allow(root, ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'])));
    assert.ok(!serves());
    assert.ok(!keyPolicyServes('no JSON', account));
  });

  test('serves everybody behind the account only, as that of a key that AWS manages', () => {
    const behind = (caller: string) => ({ Condition: { StringEquals: { 'kms:CallerAccount': caller } } });
    assert.ok(serves(allow('*', 'kms:*', behind(account))));
    assert.ok(!serves(allow('*', 'kms:*', behind('210987654321'))));
    assert.ok(!serves(allow('*')));
    assert.ok(!serves(allow({ AWS: `arn:aws:iam::${account}:role/admin` }, 'kms:*', behind(account))));
  });

  test('does not serve when another statement takes it away', () => {
    assert.ok(!serves(allow(root), { ...allow('*', 'kms:CreateGrant'), Effect: 'Deny' }));
    assert.ok(!serves(allow(root), { ...allow(root, 'kms:*'), Effect: 'Deny' }));
    assert.ok(serves(allow(root), { ...allow('*', 'kms:ScheduleKeyDeletion'), Effect: 'Deny' }));
  });
});

describe('a key', () => {
  const policy = JSON.stringify({ Statement: [allow(root)] });
  const wrong = (key: Parameters<typeof checkKey>[2]) =>
    checkKey('key-1', account, key, 'why').flatMap(({ check, status }) => (status === 'sound' ? [] : [check]));

  test('is sound when it is enabled and serves', () => {
    assert.deepEqual(wrong({ seen: true, value: { state: 'Enabled', policy } }), []);
  });

  test('that is disabled, going or not there cannot be used', () => {
    for (const state of ['Disabled', 'PendingDeletion', 'PendingImport', 'Unavailable'])
      assert.deepEqual(wrong({ seen: true, value: { state, policy } }), ['key is enabled'], state);
    assert.deepEqual(wrong({ seen: true, value: undefined }), ['key is enabled']);
    assert.deepEqual(wrong({ seen: false, reason: 'AccessDenied' }), ['key can be used']);
  });
});
