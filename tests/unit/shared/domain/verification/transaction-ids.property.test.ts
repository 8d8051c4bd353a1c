import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  narrow,
  newestOf,
  parseSnapshot,
  runningIn,
  widen,
  youngXids,
} from '../../../../../shared/domain/verification/transaction-ids.ts';

const epoch = 2n ** 32n;
const normal = (xid: bigint) => (xid % epoch < 3n ? xid + 3n : xid);
/** Ids of every epoch, often close to a border between two. */
const xids = fc
  .oneof(
    fc.bigInt(3n, 2n ** 40n),
    fc.tuple(fc.bigInt(1n, 5n), fc.bigInt(-50n, 50n)).map(([turn, distance]) => turn * epoch + distance),
  )
  .map(normal);

describe('widen', () => {
  test('gives back every id of the last 2^32 from its low half', () => {
    fc.assert(
      fc.property(xids, fc.bigInt(0n, epoch - 1n), (newest, distance) => {
        const xid = newest - distance;
        fc.pre(xid >= 3n && xid % epoch >= 3n);
        assert.equal(widen(narrow(xid), newest), xid);
      }),
    );
  });

  test('never gives an id that is younger than the newest', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, epoch - 1n), xids, (low, newest) => {
        assert.ok(widen(low, newest) <= newest);
      }),
    );
  });

  test('takes a special id for older than every transaction', () => {
    for (const special of ['0', '1', '2']) assert.equal(widen(special, 5n * epoch + 7n), BigInt(special));
  });
});

test('narrow never gives a special id', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 40n), (xid) => {
      const low = BigInt(narrow(xid));
      assert.ok(low >= 3n && low < epoch);
    }),
  );
});

describe('a snapshot', () => {
  test('is read from the text of pg_current_snapshot()', () => {
    assert.deepEqual(parseSnapshot('4294967299:4294967305:4294967299,4294967301'), {
      xmin: 4294967299n,
      xmax: 4294967305n,
    });
    assert.deepEqual(parseSnapshot('734:734:'), { xmin: 734n, xmax: 734n });
  });

  test('sees nothing from its xmax on', () => {
    assert.equal(newestOf(parseSnapshot('734:740:')), 739n);
  });

  test('reports of its xmax, of what comes after it and of what is listed that it was running or had not begun', () => {
    const running = runningIn('5:9:5,7');
    assert.deepEqual([4n, 5n, 6n, 7n, 8n, 9n, 10n].map(running), [false, true, false, true, false, true, true]);
    assert.deepEqual([8n, 9n].map(runningIn('9:9:')), [false, true]);
  });

  test('gives with another the range of ids between them', () => {
    const range = youngXids(parseSnapshot('4294967290:4294967294:'), parseSnapshot('4294967294:4294967304:'));
    assert.deepEqual(range, { oldest: '4294967290', beyond: '8' });
  });
});
