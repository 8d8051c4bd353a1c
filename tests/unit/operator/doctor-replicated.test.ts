import assert from 'node:assert/strict';
import { checkReplicated } from '../../../operator/doctor/check-replicated.ts';

type Replicated = Parameters<typeof checkReplicated>[3];

const found = (replicated: Replicated) =>
  checkReplicated('fantasy', 'us-west-2', 1800, replicated).map(
    ({ subject, status, observed, remedy }) =>
      `${subject}: ${status}: ${observed}${remedy.includes('--region us-west-2') ? ', has a remedy' : ''}`,
  );
const behind = (behindSeconds: number | undefined) => found({ seen: true, value: { behindSeconds } });

describe('the doctor of replicated backups', () => {
  test('goes by the lag that operations.yml allows', () => {
    assert.deepEqual(behind(1800), ['fantasy in us-west-2: sound: 1800 s behind, at most 1800 s']);
    assert.deepEqual(behind(1801), ['fantasy in us-west-2: missing: 1801 s behind, at most 1800 s, has a remedy']);
  });

  test('says that there are none, that none is whole yet, and what nobody could see', () => {
    assert.deepEqual(found({ seen: true, value: undefined }), [
      'fantasy in us-west-2: missing: there are none, has a remedy',
    ]);
    assert.deepEqual(behind(undefined), [
      'fantasy in us-west-2: missing: the first of them is not whole yet, has a remedy',
    ]);
    assert.deepEqual(found({ seen: false, reason: 'denied' }), ['fantasy in us-west-2: unseen: denied']);
  });
});
