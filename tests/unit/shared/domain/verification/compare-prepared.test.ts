import assert from 'node:assert/strict';
import type { PreparedTransaction } from '../../../../../shared/contracts/witness.ts';
import { comparePrepared } from '../../../../../shared/domain/verification/compare-prepared.ts';

const [one, two]: PreparedTransaction[] = [
  { gid: 'one', xid: '700' },
  { gid: 'two', xid: '701' },
];
assert.ok(one && two);
const problems = (...sides: [PreparedTransaction[], PreparedTransaction[], PreparedTransaction[]]) =>
  comparePrepared(...sides, (xid) => (xid === '900' ? 'copy' : 'source')).map(
    ({ object, status }) => `${status} ${object}`,
  );

describe('comparePrepared', () => {
  test('wants what was prepared at S1 and at S2, and takes either where only one of them knows it', () => {
    assert.deepEqual(problems([one, two], [one, two], [two, one]), []);
    assert.deepEqual(problems([one, two], [one, two], [two]), ["failed prepared transaction 'one'"]);
    assert.deepEqual(problems([one], [two], [one]), []);
    assert.deepEqual(problems([one], [two], [two]), []);
    assert.deepEqual(problems([one], [two], []), []);
  });

  test('does not take another transaction of the same name for it', () => {
    const again = { gid: 'one', xid: '900' };
    assert.deepEqual(problems([one], [one], [again]), [
      "failed prepared transaction 'one'",
      "failed prepared transaction 'one'",
    ]);
    assert.deepEqual(problems([one], [again], [one]), []);
  });

  test('reports one that was resolved before S2 from one that was prepared on the copy', () => {
    assert.deepEqual(problems([], [], [one]), ["gap prepared transaction 'one'"]);
    assert.deepEqual(problems([], [], [{ gid: 'x', xid: '900' }]), ["failed prepared transaction 'x'"]);
  });
});
