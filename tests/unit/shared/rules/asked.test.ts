import assert from 'node:assert/strict';
import { InvalidInputError, UnknownDatabaseError } from '../../../../shared/errors.ts';
import { operations } from '../policy/load-operations.ts';

const { askedDatabase } = await import('../../../../shared/rules/asked-database.ts');
const { askedDrill } = await import('../../../../shared/rules/asked-drill.ts');
const { askedFailback } = await import('../../../../shared/rules/asked-failback.ts');
const { askedFailover } = await import('../../../../shared/rules/asked-failover.ts');
const { askedFence } = await import('../../../../shared/rules/asked-fence.ts');
const { askedPromotion } = await import('../../../../shared/rules/asked-promotion.ts');
const { askedRestore } = await import('../../../../shared/rules/asked-restore.ts');
const { askedRestoreTest } = await import('../../../../shared/rules/asked-restore-test.ts');

const readers = [
  ...[askedDatabase, askedDrill, askedFailback, askedFailover, askedFence],
  ...[askedPromotion, askedRestore, askedRestoreTest],
];
const askedOf = (request: unknown) => readers.map((read) => () => void read(request, operations(), 'dev'));

describe('the input of an execution that a person starts', () => {
  test('is refused with what would do, and with what the stage has', () => {
    for (const read of askedOf({ databas: 'fantasy' }))
      assert.throws(read, (error: Error) => {
        assert.match(error.message, /^execution input is \{"databas":"fantasy"\}, expected \{"database"/);
        assert.match(error.message, /HINT: Known databases of stage 'dev' are 'fantasy'/);
        return error instanceof InvalidInputError;
      });
  });

  test('is refused by its length, whatever it would have said', () => {
    for (const read of [...askedOf({ tooLong: 9015 }), ...askedOf({ tooLong: 9015, most: 8192, begins: '{' })])
      assert.throws(read, /execution input has 9015 characters, expected at most 8192/);
  });

  test('names a database of the stage', () => {
    const whole = { action: 'put up', from: { at: 'latest' } };
    for (const [index, read] of readers.entries()) {
      const more = read === askedFence ? { action: whole.action } : read === askedRestore ? { from: whole.from } : {};
      assert.throws(
        () => void read({ database: 'nobody', ...more }, operations(), 'dev'),
        UnknownDatabaseError,
        String(index),
      );
    }
  });
});
