import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Heartbeat } from '../../../../../shared/contracts/witness.ts';
import { placeSnapshot } from '../../../../../shared/domain/verification/bracket.ts';

const at = '2026-03-01T08:30:00.000Z';
const lsnOf = (bytes: number) => `0/${bytes.toString(16).toUpperCase()}`;
const heartbeat = (beat: number): Heartbeat => ({
  ...{ beat: String(beat), at, lsn: lsnOf(beat * 100), xid: String(1000 + beat * 10) },
});
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

  test('is foreign when the source wrote that beat otherwise', () => {
    fc.assert(
      fc.property(brackets, fc.nat(), ({ first, last }, number) => {
        const here = heartbeat(first + (number % (last - first)));
        const witness = bracket(first, last);
        assert.equal(placeSnapshot(witness, { ...here, xid: String(Number(here.xid) + 1) }).position, 'foreign');
        assert.equal(placeSnapshot(witness, { ...here, lsn: 'F/F' }).position, 'foreign');
      }),
    );
  });

  test('is inside by a beat that nobody could report, if and only if those around it leave it its place', () => {
    fc.assert(
      fc.property(brackets, fc.nat(), fc.nat(), ({ first, last }, one, other) => {
        fc.pre(last - first >= 2);
        const inner = (number: number) => first + 1 + (number % (last - first - 1));
        const [from, to] = [inner(one), inner(other)].sort((a, b) => a - b) as [number, number];
        const witness = bracket(first, last);
        const heartbeats = witness.heartbeats.filter(({ beat }) => Number(beat) < from || Number(beat) > to);
        const lost = { ...witness, heartbeats };
        const before = heartbeat(from - 1);
        const after = heartbeat(to + 1);
        const here = heartbeat(from);
        assert.equal(placeSnapshot(lost, here).position, 'inside');
        for (const wrong of [{ xid: before.xid }, { xid: after.xid }, { lsn: before.lsn }, { lsn: after.lsn }])
          assert.equal(placeSnapshot(lost, { ...here, ...wrong }).position, 'foreign', JSON.stringify(wrong));
      }),
    );
  });

  test('is foreign when nothing that was reported lies before its beat, or after it', () => {
    const { s1, s2, heartbeats } = bracket(1, 5);
    assert.equal(placeSnapshot({ s1, s2, heartbeats: heartbeats.slice(3) }, heartbeat(2)).position, 'foreign');
    assert.equal(placeSnapshot({ s1, s2, heartbeats: heartbeats.slice(0, 2) }, heartbeat(4)).position, 'foreign');
  });

  test('lies before the bracket when it holds no heartbeat at all', () => {
    assert.deepEqual(placeSnapshot(bracket(1, 5), undefined), {
      position: 'before',
      reason: 'the copy holds no heartbeat',
    });
  });
});
