import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Heartbeat } from '../../../../../shared/contracts/witness.ts';
import { placeSnapshot } from '../../../../../shared/domain/verification/bracket.ts';

const at = '2026-03-01T08:30:00.000Z';
const heartbeat = (beat: number): Heartbeat => ({ beat: String(beat), at, lsn: `0/${beat}`, xid: String(1000 + beat) });
const side = (beat: number) => ({ snapshot: '1:1:', at, lsn: '0/0', beat: String(beat) });
const bracket = (first: number, last: number) => ({
  s1: side(first),
  s2: side(last),
  heartbeats: Array.from({ length: last - first + 1 }, (_, index) => heartbeat(first + index)),
});
/** Beats around powers of ten, where a comparison of texts would go wrong. */
const brackets = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 120 }))
  .map(([first, length]) => ({ first, last: first + length }));

describe('a snapshot', () => {
  test("is inside if and only if its newest beat is not before S1's and before S2's", () => {
    fc.assert(
      fc.property(brackets, fc.integer({ min: 1, max: 1300 }), ({ first, last }, beat) => {
        const { position } = placeSnapshot(bracket(first, last), heartbeat(beat));
        assert.equal(position, beat < first ? 'before' : beat >= last ? 'after' : 'inside');
      }),
      { numRuns: 500 },
    );
  });

  test('is foreign when the source never wrote that beat, or wrote it otherwise', () => {
    fc.assert(
      fc.property(brackets, fc.nat(), ({ first, last }, number) => {
        const beat = first + (number % (last - first));
        const here = heartbeat(beat);
        const witness = bracket(first, last);
        const others = { ...witness, heartbeats: witness.heartbeats.filter((other) => other.beat !== here.beat) };
        assert.equal(placeSnapshot(others, here).position, 'foreign');
        assert.equal(placeSnapshot(witness, { ...here, xid: '7' }).position, 'foreign');
        assert.equal(placeSnapshot(witness, { ...here, lsn: 'F/F' }).position, 'foreign');
      }),
    );
  });

  test('lies before the bracket when it holds no heartbeat at all', () => {
    assert.deepEqual(placeSnapshot(bracket(1, 5), undefined), {
      position: 'before',
      reason: 'the copy holds no heartbeat',
    });
  });
});
