import assert from 'node:assert/strict';
import { withAllowedRange } from '../../../../shared/aws/rds/restorable-range.ts';
import { AccessDeniedError, coerceError, MomentNotRestorableError } from '../../../../shared/errors.ts';

const now = new Date('2026-03-01T06:04:00Z');
const arn = 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1';
const kept = { arn, earliest: new Date('2026-03-01T05:00:00Z'), latest: new Date('2026-03-01T06:00:00Z') };
const refused = new MomentNotRestorableError('moment cannot be restored', { cause: new Error('of RDS') });
const moment = (time: string) => ({ kind: 'moment', time }) as const;

describe('a moment that RDS refuses', () => {
  const explain = async (
    source: Parameters<typeof withAllowedRange>[1],
    error: unknown = refused,
    found: unknown = kept,
  ) =>
    coerceError(
      await withAllowedRange(error, source, 'own', {
        backups: { find: async () => (found ?? undefined) as never },
        now,
      }),
    );

  for (const [time, why] of [
    ['2026-03-01T07:00:00Z', 'it lies in the future'],
    ['2026-03-01T06:02:00Z', 'its log is not archived yet'],
    ['2026-03-01T04:00:00Z', 'it lies before the oldest automated backup'],
  ] as const)
    test(`because ${why} is named so, with the range`, async () => {
      const { name, message, cause } = await explain(moment(time));
      assert.equal(name, 'MomentNotRestorableError');
      assert.equal(
        message.split('\nHINT: ')[0],
        `the moment ${time} of 'own' cannot be restored: ${why}; restorable is 2026-03-01T05:00:00Z to 2026-03-01T06:00:00Z`,
      );
      assert.match(message, /\nHINT: Choose a whole second in that range/);
      assert.equal(cause, refused.cause);
    });

  test('while there is no backup yet says so', async () => {
    const { message } = await explain(moment('latest'), refused, { arn });
    assert.match(message, /the first automated backup is not complete; restorable is nothing yet\nHINT: Wait for/);
  });

  test('of other backups names those that are here', async () => {
    const source = { kind: 'replicated-moment', time: 'latest', automatedBackupArn: `${arn}-other` } as const;
    const { message } = await explain(source);
    assert.match(
      message,
      /cannot be restored: the backups of 'own' here are 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1'/,
    );
  });

  test('for a reason that the range cannot explain stays as RDS has put it, and so does every other error', async () => {
    assert.equal(await explain(moment('2026-03-01T05:30:00Z')), refused);
    assert.equal(await explain(moment('2026-03-01T07:00:00Z'), refused, null), refused);
    assert.equal(await explain({ kind: 'snapshot', snapshotId: 's' }), refused);
    const other = new AccessDeniedError('not allowed');
    assert.equal(await explain(moment('2026-03-01T07:00:00Z'), other), other);
    const unread = { find: async () => Promise.reject(new Error('500')) };
    assert.equal(await withAllowedRange(refused, moment('latest'), 'own', { backups: unread, now }), refused);
  });
});
