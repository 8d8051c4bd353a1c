import assert from 'node:assert/strict';
import { ProveSnapshotOutput } from '../../../shared/contracts/prove-snapshot.ts';
import { fail } from '../workflow-support.ts';
import { after, run } from './prove-snapshot-support.ts';

/** A restore is asked for as long as a person would: an hour. */
const patient = 17;

test('a restore for which AWS has no machine is asked for again, and reported at last', async () => {
  const survived = await run(after('startRestore', patient - 1, fail('CapacityUnavailableError')));
  assert.equal(ProveSnapshotOutput.parse(survived.output).failure, null);
  const lost = await run({ startRestore: fail('CapacityUnavailableError') });
  assert.equal(lost.calls.startRestore.length, patient);
  assert.equal(ProveSnapshotOutput.parse(lost.output).failure?.error, 'CapacityUnavailableError');
});
