import assert from 'node:assert/strict';
import { policyOf } from '../../support/sandbox/backup.ts';
import { assertFailure, assertProven, useOwnFixture } from '../../support/sandbox/own.ts';

describe('backup-and-verify while the password of its role is rotated', () => {
  const own = useOwnFixture();
  const { secretArn } = policyOf('own');

  /** As a rotation does it: the role first, then the secret. */
  async function rotate(password: string): Promise<void> {
    await own().sql(`alter role gameday password '${password}'`);
    const SecretString = JSON.stringify({ username: 'gameday', password });
    await own().fixture.call('secretsmanager', 'PutSecretValue', { SecretId: secretArn, SecretString });
  }

  test('four times between the snapshot and its proof, the copy is opened with the password of its moment', async () => {
    let rotated = 0;
    const run = await own().fixture.run({
      hook: async ({ operation }, next) => {
        if (operation === 'RestoreDBInstanceFromDBSnapshot' && rotated === 0) {
          for (rotated = 1; rotated <= 4; rotated += 1) await rotate(`rotation ${rotated}`);
        }
        return next();
      },
    });
    assert.equal(rotated, 5);
    assertProven(run);
  });

  test('to a password that the secret never held, that is reported, and not a bad backup', async () => {
    let rotated = false;
    const run = await own().fixture.run({
      hook: async ({ operation }, next) => {
        const output = await next();
        if (operation === 'RestoreDBInstanceFromDBSnapshot' && !rotated) {
          rotated = true;
          // The secret of another role altogether: none of its versions is the copy's.
          await own().fixture.call('secretsmanager', 'DeleteSecret', {
            SecretId: secretArn,
            ForceDeleteWithoutRecovery: true,
          });
          await own().fixture.call('secretsmanager', 'CreateSecret', {
            Name: secretArn.split(':secret:')[1],
            SecretString: JSON.stringify({ username: 'gameday', password: 'never' }),
          });
        }
        return output;
      },
    });
    assertFailure(run, 'CredentialsRejectedError', /takes neither the present password .* nor 0 earlier ones/);
  });
});
