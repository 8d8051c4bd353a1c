import assert from 'node:assert/strict';
import { ProveSnapshotOutput } from '../../../shared/contracts/prove-snapshot.ts';
import { order, run } from './prove-snapshot-support.ts';

const { witness: _, ...unbound } = order;
const { witnessKey: __, ...unnamed } = order;
const { evidencePrefix: ___, ...placeless } = order;
const { isLastAttempt: ____, ...endless } = order;
const moment = (time: unknown) => ({ ...order, backup: { kind: 'moment', time } });
const replicated = (automatedBackupArn: string) => ({ kind: 'replicated-moment', automatedBackupArn, time: 'latest' });

describe('a wrong order of a proof', () => {
  for (const [name, input] of Object.entries({
    'that is none': null,
    'that is a number': 7,
    'that is a list': [],
    'that is empty': {},
    'without the witness that is bound': unbound,
    'without the key of the witness': unnamed,
    'without a place for its evidence': placeless,
    'without a word of further attempts': endless,
    'with a witness that is not bound by its content': { ...order, witness: { ...order.witness, sha256: undefined } },
    'with a field that nobody knows': { ...order, region: 'us-west-2' },
    'of a snapshot as it was ordered before there were moments': {
      ...order,
      backup: undefined,
      snapshotId: 'snapshot-1',
    },
    'of a backup of a kind that nobody knows': { ...order, backup: { kind: 'dump', key: 'dump-1' } },
    'of a snapshot and a moment at once': { ...order, backup: { ...order.backup, time: 'latest' } },
    'of a moment without its time': moment(undefined),
    'of a moment that is no whole second': moment('2026-03-01T05:12:31.5Z'),
    'of a moment on a clock that is not said': moment('2026-03-01T05:12:31'),
    'of a moment on another clock': moment('2026-03-01T05:12:31+02:00'),
    'of a moment that is now': moment('now'),
    'of a replicated moment by another name than its ARN': { ...order, backup: replicated('orders') },
  })) {
    test(`${name} is refused where it would restore, and is the whole report`, async () => {
      const result = await run({}, { input, refusesInput: true });
      assert.equal(result.status, 'SUCCEEDED', result.cause);
      assert.deepEqual(result.path, ['Begin', 'StartRestore', 'Reported']);
      const { failure, cleanUpFailure, statuses } = ProveSnapshotOutput.parse(result.output);
      assert.deepEqual([failure?.state, failure?.error], ['StartRestore', 'InvalidInputError']);
      assert.deepEqual([cleanUpFailure, statuses], [null, {}]);
      assert.deepEqual([result.calls.startRestore, result.calls.removeCopy], [[], []]);
    });
  }

  test('is none when it is of a snapshot, of a whole second, of the latest moment, or of replicated backups', async () => {
    const arn = 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-example';
    for (const input of [
      order,
      moment('2026-03-01T05:12:31Z'),
      moment('latest'),
      { ...order, backup: replicated(arn) },
    ]) {
      const result = await run({}, { input, refusesInput: true });
      assert.equal(ProveSnapshotOutput.parse(result.output).failure, null);
    }
  });
});
