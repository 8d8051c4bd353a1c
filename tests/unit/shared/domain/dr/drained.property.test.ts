import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PromotionFence } from '../../../../../shared/contracts/dr-promotion/fence.ts';
import type { Replay } from '../../../../../shared/contracts/dr-promotion/replay.ts';
import { assessDrain, predictedLoss } from '../../../../../shared/domain/dr/drained.ts';
import { bytesOfLsn, isAtLeast } from '../../../../../shared/domain/verification/lsn.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 5, 0, seconds)).toISOString();
const fenced = (lsn: string): PromotionFence => ({
  kind: 'fenced',
  epoch: 0,
  roles: ['app'],
  endedSessions: 0,
  lsn,
  at: at(10),
});
const down: PromotionFence = { kind: 'stated down', statement: 'it is gone', observed: 'no answer', at: at(10) };
const replay = (change: Partial<Replay> = {}): Replay => ({
  ...{ lsn: '0/30', receivedLsn: '0/30', lastCommitAt: at(4), at: at(12) },
  ...change,
});
const lsn = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const textOf = (bytes: bigint) =>
  `${(bytes >> 32n).toString(16).toUpperCase()}/${(bytes & 0xffff_ffffn).toString(16).toUpperCase()}`;

describe('an LSN', () => {
  test('is a number of bytes, and is compared as one', () => {
    fc.assert(
      fc.property(lsn, lsn, (one, other) => {
        assert.equal(bytesOfLsn(textOf(one)), one);
        assert.equal(isAtLeast(textOf(one), textOf(other)), one >= other);
      }),
    );
    assert.ok(isAtLeast('10/0', '9/FFFFFFFF'), 'not as text');
    for (const wrong of ['', '0', '0/', '/0', '0/G', '0/0/0', '100000000/0'])
      assert.throws(() => bytesOfLsn(wrong), RangeError);
  });
});

describe('what a promotion would lose', () => {
  test('is nothing behind a fence whose log is replayed to its end', () => {
    assert.deepEqual(assessDrain(fenced('0/30'), replay(), 0), { isDrained: true, lossSeconds: 0, isAccepted: true });
    assert.deepEqual(assessDrain(fenced('0/30'), replay({ lastCommitAt: null }), 0).isAccepted, true);
  });

  test('is behind a fence what lies between the newest transaction here and the fence', () => {
    assert.deepEqual(assessDrain(fenced('0/31'), replay(), 5), { isDrained: false, lossSeconds: 6, isAccepted: false });
    assert.deepEqual(assessDrain(fenced('0/31'), replay(), 6).isAccepted, true);
  });

  test('is of a primary that nobody reaches all since the newest transaction, though all that came over is replayed', () => {
    assert.deepEqual(assessDrain(down, replay(), 5), { isDrained: true, lossSeconds: 6, isAccepted: false });
    assert.equal(assessDrain(down, replay({ receivedLsn: '0/31' }), 60).isDrained, false);
    assert.equal(assessDrain(down, replay({ receivedLsn: null }), 60).isDrained, true);
  });

  test('is accepted by nobody when nobody knows it', () => {
    for (const fence of [down, fenced('0/31')])
      assert.deepEqual(assessDrain(fence, replay({ lastCommitAt: null }), 86_400), {
        isDrained: fence.kind !== 'fenced',
        lossSeconds: null,
        isAccepted: false,
      });
  });

  test('is never stated as less than what was accepted, whatever the clocks say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 59 }),
        fc.nat(60),
        (commit, fence, most) => {
          const found = assessDrain({ ...down, at: at(fence) }, replay({ lastCommitAt: at(commit) }), most);
          assert.ok(found.lossSeconds !== null && found.lossSeconds >= 0);
          assert.equal(found.isAccepted, found.lossSeconds <= most);
        },
      ),
    );
  });

  test('is predicted by the age of the newest transaction', () => {
    assert.equal(predictedLoss(replay()), 8);
    assert.equal(predictedLoss(replay({ lastCommitAt: null })), null);
  });
});
