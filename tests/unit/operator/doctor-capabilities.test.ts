import assert from 'node:assert/strict';
import { commandWords } from '../../../operator/doctor/bootstrap-command.ts';
import { checkCapabilities } from '../../../operator/doctor/check-capabilities.ts';
import type { DatabaseFacts } from '../../../operator/doctor/facts.ts';

const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/prod/fantasy-fence';
const capabilities = {
  fence: { secretArn, roles: ['demo_app', 'demo_batch'] },
  replicate: { secretArn, publication: 'all' },
};
const reader: DatabaseFacts['secret'] = { seen: true, value: { isComplete: true, user: 'gameday' } };
type Secret = DatabaseFacts['capabilitySecrets'][string];

function statusOf(secret: Secret | undefined) {
  const secrets = secret === undefined ? {} : { fence: secret };
  const [finding, ...others] = checkCapabilities({ fence: capabilities.fence }, reader, secrets);
  assert.ok(finding);
  assert.deepEqual(others, []);
  return finding;
}

test('the doctor wants a secret for each capability that is named, of the role of that capability', () => {
  assert.equal(statusOf({ seen: true, value: { isComplete: true, user: 'gameday_fence' } }).status, 'sound');
  assert.equal(statusOf({ seen: true, value: { isComplete: true, user: 'gameday' } }).status, 'missing');
  assert.equal(statusOf({ seen: true, value: { isComplete: false, user: '' } }).status, 'missing');
  assert.equal(statusOf({ seen: true, value: undefined }).status, 'missing');
  assert.equal(statusOf({ seen: false, reason: 'denied' }).status, 'unseen');
  assert.equal(statusOf(undefined).status, 'unseen');
  assert.deepEqual(checkCapabilities({}, reader, {}), []);
});

test('the role of a capability is derived from the name of the reader', () => {
  const renamed: DatabaseFacts['secret'] = { seen: true, value: { isComplete: true, user: 'watcher' } };
  const fence: Secret = { seen: true, value: { isComplete: true, user: 'gameday_fence' } };
  const [finding] = checkCapabilities({ fence: capabilities.fence }, renamed, { fence });
  assert.equal(finding?.status, 'missing');
  assert.match(finding?.remedy ?? '', /watcher_fence/);
});

test('the remedy is the command that makes what operations.yml names', () => {
  assert.equal(
    commandWords('fantasy', capabilities),
    'npm run bootstrap-database -- fantasy --capability fence --capability replicate --fence-role demo_app --fence-role demo_batch --publication all',
  );
  assert.equal(commandWords('fantasy', {}), 'npm run bootstrap-database -- fantasy');
});
