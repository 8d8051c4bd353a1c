import assert from 'node:assert/strict';
import type { VerificationDeps } from '../../../../shared/aws/verification/verification.ts';
import { CredentialsRejectedError, DatabaseUnreachableError } from '../../../../shared/errors.ts';
import '../policy/load-operations.ts';

const { copyTarget } = await import('../../../../shared/aws/verification/verification.ts');

const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/dev/own-a1b2c3';

/** Secrets of a role that was rotated once a week: the present one first. */
function deps(passwords: readonly string[]): VerificationDeps {
  const [now = '', ...earlier] = passwords;
  const of = (password: string) => ({ username: 'gameday', password });
  return {
    rds: { findInstance: async (id: string) => ({ id, status: 'available', endpoint: { host: 'copy', port: 5432 } }) },
    secrets: {
      readDatabaseSecret: async () => of(now),
      readEarlierDatabaseSecrets: async (_: string, most: number) => earlier.slice(0, most).map(of),
    },
    store: {},
    policy: { stages: { dev: { databases: { own: { database: 'own', secretArn: arn } } } } },
    stage: 'dev',
  } as unknown as VerificationDeps;
}

const input = {
  database: 'own',
  instanceId: 'gd-copy-own-1-1',
  witnessKey: 'w',
  witness: { sha256: 'a'.repeat(64), headerSha256: 'b'.repeat(64), tables: 1, rows: '1', bytes: 1 },
  evidencePrefix: 'e',
};
const taking = (right: string) => {
  const tried: string[] = [];
  const tryLogin = async ({ password }: { readonly password: string }) => {
    tried.push(password);
    if (password !== right) throw new CredentialsRejectedError('rejected');
  };
  return { tried, tryLogin };
};

describe('a copy', () => {
  test('of this night is opened with the present password, and no other is read', async () => {
    const { tried, tryLogin } = taking('now');
    const { target } = await copyTarget(deps(['now', 'before']), input, tryLogin);
    assert.deepEqual([target.password, tried], ['now', ['now']]);
  });

  test('of a month ago is opened with the password of its moment, four rotations back', async () => {
    const { tried, tryLogin } = taking('week 1');
    const passwords = ['now', 'week 4', 'week 3', 'week 2', 'week 1', 'week 0'];
    const { target } = await copyTarget(deps(passwords), input, tryLogin);
    assert.deepEqual([target.password, tried.length], ['week 1', 5]);
  });

  test('that takes none of them is reported as that, and not as a bad backup', async () => {
    const { tryLogin } = taking('long ago');
    await assert.rejects(copyTarget(deps(['now', 'before']), input, tryLogin), {
      name: 'CredentialsRejectedError',
      message:
        /^copy 'gd-copy-own-1-1' takes neither the present password .* nor 1 earlier ones\nHINT: The backup is not at fault/,
    });
  });

  test('that does not answer is not asked with another password', async () => {
    let asked = 0;
    const tryLogin = async () => {
      asked += 1;
      throw new DatabaseUnreachableError('silence');
    };
    await assert.rejects(copyTarget(deps(['now', 'before']), input, tryLogin), { name: 'DatabaseUnreachableError' });
    assert.equal(asked, 1);
  });
});
