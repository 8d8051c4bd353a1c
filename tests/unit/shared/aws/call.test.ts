import assert from 'node:assert/strict';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { callAws } from '../../../../shared/aws/call.ts';
import { makeSecrets } from '../../../../shared/aws/secrets.ts';
import { answering, nowhere } from '../../../support/answering.ts';

const failing = (name: string, httpStatusCode: number) =>
  callAws('do it', async () => {
    throw Object.assign(new Error('said AWS'), { name, $metadata: { httpStatusCode } });
  });

describe('a call of AWS', () => {
  test('ends at its deadline, whatever does not answer', async () => {
    const silence = callAws(
      'do it',
      ({ abortSignal }) =>
        new Promise((_, reject) => abortSignal.addEventListener('abort', () => reject(abortSignal.reason))),
      20,
    );
    await assert.rejects(silence, { name: 'AwsUnavailableError' });
  });

  for (const [name, status] of [
    ['ThrottlingException', 400],
    ['Throttling', 400],
    ['TooManyRequestsException', 429],
    ['SlowDown', 503],
    ['RequestLimitExceeded', 400],
    ['AnythingElse', 500],
    ['InternalFailure', 400],
  ] as const) {
    test(`that is answered with ${name} and ${status} may be made again`, () =>
      assert.rejects(failing(name, status), { name: 'AwsUnavailableError' }));
  }

  for (const [name, status] of [
    ['AccessDenied', 403],
    ['AccessDeniedException', 400],
    ['UnauthorizedOperation', 403],
    ['ExpiredTokenException', 400],
    ['Unknown', 403],
  ] as const) {
    test(`that is answered with ${name} and ${status} is not allowed, and is not made again`, () =>
      assert.rejects(failing(name, status), { name: 'AccessDeniedError' }));
  }

  test('that means something to the caller keeps the name that AWS gave it', () =>
    assert.rejects(failing('DBInstanceNotFound', 404), { name: 'DBInstanceNotFound' }));
});

describe('a secret', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:pg-gameday/dev/own-a1b2c3';
  const reading = (SecretString: string) => {
    const { client, asked } = answering(new SecretsManagerClient(nowhere), () => ({ SecretString }));
    return { asked, secrets: makeSecrets(client) };
  };

  test('is that of the region where the function runs', async () => {
    const { asked, secrets } = reading('{"username":"u","password":"p"}');
    assert.deepEqual(await secrets.readDatabaseSecret(arn), { username: 'u', password: 'p' });
    assert.equal(asked[0]?.input['SecretId'], arn.replace('eu-west-1', 'us-east-1'));
  });

  test('of another form is refused, and nothing of it is reported', async () => {
    for (const text of [
      '{"user":"u","password":"a-password"}',
      'a-password',
      '{"username":"","password":"a-password"}',
    ])
      await assert.rejects(reading(text).secrets.readDatabaseSecret(arn), (error: Error) => {
        assert.equal(error.name, 'SecretUnreadableError');
        assert.doesNotMatch(JSON.stringify(error) + error.message + error.stack, /a-password/);
        return true;
      });
  });
});
