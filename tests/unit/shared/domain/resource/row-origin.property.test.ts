import assert from 'node:assert/strict';
import fc from 'fast-check';
import { originOf } from '../../../../../shared/domain/verification/row-origin.ts';

/**
 * A source that gives out ids one by one; some transactions are beats, some end after the instant, some never. The copy
 * goes on with the ids from the instant on.
 */
const history = fc
  .record({
    first: fc.bigInt(1000n, (1n << 33n) + 5n),
    transactions: fc.array(fc.record({ isBeat: fc.boolean(), lasts: fc.nat(30), isPrepared: fc.boolean() }), {
      minLength: 20,
      maxLength: 120,
    }),
    instant: fc.nat(119),
    provenShare: fc.nat(10),
    copysOwn: fc.integer({ min: 1, max: 40 }),
    reportsBeginning: fc.boolean(),
  })
  .map(({ first, transactions, instant, provenShare, copysOwn, reportsBeginning }) => {
    const at = Math.min(instant, transactions.length - 1);
    const all = transactions.map(({ isBeat, lasts, isPrepared }, index) => ({
      xid: first + BigInt(index),
      // A beat is over before the next transaction takes its id.
      isBeat: isBeat && !isPrepared,
      ends: isPrepared ? Number.POSITIVE_INFINITY : isBeat ? index : index + lasts,
    }));
    const held = all.filter(({ ends }) => ends <= at);
    const beats = all.filter(({ isBeat }) => isBeat);
    const newest = beats.filter(({ ends }) => ends <= at).at(-1);
    const proven = held.slice(0, Math.max(0, held.length - provenShare)).map(({ xid }) => xid);
    const bound = [...proven, newest?.xid ?? 0n].reduce((left, right) => (left > right ? left : right), 0n);
    const s2 = all.length;
    const running = all.filter(({ ends }) => ends >= s2).map(({ xid }) => xid);
    const next = first + BigInt(at) + 1n;
    return {
      held: held.filter(({ isBeat }) => !isBeat).map(({ xid }) => xid),
      running,
      lacking: beats.filter(({ ends }) => ends > at).map(({ xid }) => xid),
      copys: Array.from({ length: copysOwn }, (_, index) => next + BigInt(index)),
      facts: {
        bound,
        s2: `${running[0] ?? first + BigInt(s2)}:${first + BigInt(s2)}:${running.join(',')}`,
        heartbeats: beats.map(({ xid }, index) => ({ beat: String(index + 1), at: '', lsn: '', xid: String(xid) })),
        newestBeat: BigInt(newest === undefined ? 0 : beats.indexOf(newest) + 1),
        absent: new Set(all.filter(({ ends }) => ends > at && ends < s2).map(({ xid }) => xid)),
        copyBegins: reportsBeginning ? next : null,
      },
    };
  });

describe('originOf', () => {
  test('never says of what the source had committed at the instant that the copy made it', () => {
    fc.assert(
      fc.property(history, ({ held, facts }) => {
        const origin = originOf(facts);
        for (const transaction of held) assert.notEqual(origin(transaction), 'copy', String(transaction));
      }),
      { numRuns: 1000 },
    );
  });

  test('never says of what the copy made that it is the source’s, and where the copy reports its beginning knows all of it', () => {
    fc.assert(
      fc.property(history, ({ copys, facts }) => {
        const origin = originOf(facts);
        for (const transaction of copys) {
          assert.notEqual(origin(transaction), 'source', String(transaction));
          if (facts.copyBegins !== null) assert.equal(origin(transaction), 'copy', String(transaction));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('knows rows of what ran at S2 or was prepared, of a beat that the copy lacks, and of what began after it', () => {
    fc.assert(
      fc.property(history, ({ running, lacking, facts }) => {
        const origin = originOf({ ...facts, copyBegins: null });
        const [first, second] = lacking;
        const known = [...running, ...(first === undefined ? [] : [first])];
        for (const transaction of known) assert.equal(origin(transaction), 'copy', String(transaction));
        if (second !== undefined) assert.equal(origin(second + 3n), 'copy');
      }),
      { numRuns: 1000 },
    );
  });

  test('does not guess between the newest proven transaction and the next beat', () => {
    const facts = {
      bound: 100n,
      s2: '120:130:120',
      heartbeats: [
        { beat: '1', at: '', lsn: '', xid: '99' },
        { beat: '2', at: '', lsn: '', xid: '110' },
        { beat: '3', at: '', lsn: '', xid: '115' },
      ],
      newestBeat: 1n,
      absent: new Set([104n]),
      copyBegins: null,
    };
    const origins = [100n, 101n, 104n, 109n, 110n, 111n, 114n, 115n, 120n].map(originOf(facts));
    assert.deepEqual(origins, ['source', 'unknown', 'copy', 'unknown', 'copy', 'unknown', 'unknown', 'copy', 'copy']);
    assert.equal(originOf({ ...facts, copyBegins: 103n })(103n), 'copy');
  });
});
