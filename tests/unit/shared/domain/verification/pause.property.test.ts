import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Heartbeat, WriterPause } from '../../../../../shared/contracts/witness.ts';
import { placeSnapshot } from '../../../../../shared/domain/verification/bracket.ts';
import { matchTable, settleTable } from '../../../../../shared/domain/verification/compare-table.ts';
import { newestOf } from '../../../../../shared/domain/verification/transaction-ids.ts';
import { plans, simulate, visibleAt } from './mvcc-history.ts';
import { copyOf, witnessOf } from './mvcc-witness.ts';

const histories = plans.map(simulate);
const tables = [0, 1];

describe('a copy of the moment at which the writers paused', () => {
  test('is proven without an exception when it is S1, and failed as soon as it is of later', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const atS1 = new Set(visibleAt(history, history.s1));
        for (const instant of [history.s1, ...history.between]) {
          for (const table of tables) {
            const rows = visibleAt(history, instant).filter((row) => row.table === table);
            const expected = [...atS1].filter((row) => row.table === table);
            const witness = witnessOf(history, table);
            const match = matchTable(witness, copyOf(rows, witness, history, instant), newestOf(history.s2));
            const found = settleTable(match, 0n, () => null, { isOfS1: true });
            const isS1 = rows.length === expected.length && rows.every((row) => atS1.has(row));
            assert.deepEqual(
              [found.status, found.status === 'proven' ? found.unverifiableRows : 0],
              [isS1 ? 'proven' : 'failed', 0],
              found.reason,
            );
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('says how many rows are there too many, and how many too few', () => {
    const match = {
      ...{ table: 'a', bytes: 8192, rows: 10n, problems: [], matchedRows: 0, bornAndKilled: 1, newestPresent: 0n },
      ...{ strangers: [], own: [], presentInserted: 2, absentInserted: [], presentDeleted: [], absentDeleted: [7n] },
    };
    assert.equal(
      settleTable(match, 100n, () => 'committed', { isOfS1: true }).reason,
      'holds 3 rows of after the moment at which the writers paused; lacks 1 row of that moment',
    );
    assert.equal(settleTable(match, 100n, () => 'committed').status, 'proven');
    // What a trigger may have written when we came is nobody's fault, and nothing proven.
    const triggered = settleTable({ ...match, presentInserted: 0, absentDeleted: [] }, 100n, () => null, {
      isOfS1: true,
      loginTrigger: 'on_login',
    });
    assert.deepEqual([triggered.status, triggered.unverifiableRows], ['proven', 1]);
  });
});

describe('the place of such a copy', () => {
  const beat = (number: number, time: string): Heartbeat => ({
    beat: String(number),
    at: `2026-03-01T05:00:0${time}Z`,
    lsn: `0/${number}`,
    xid: String(100 + number),
  });
  const heartbeats = [beat(8, '5.500'), beat(9, '6.500'), beat(10, '7.200'), beat(11, '8.000')];
  const side = (number: number) => ({ snapshot: '1:1:', at: '', lsn: '0/0', beat: String(number) });
  const witness = { s1: side(11), s2: side(20), heartbeats };
  const pause: WriterPause = {
    ...{ at: '2026-03-01T05:00:07Z', milliseconds: 450, tries: 1, tables: 2, unlocked: [], beat: '9' },
  };
  const placeOf = (newest: Heartbeat | undefined) => placeSnapshot(witness, newest, pause).position;

  test('is that of the newest heartbeat under S1, and of none that is older, later, or not the source’s', () => {
    assert.equal(placeOf(heartbeats[1]), 'inside');
    assert.equal(placeOf(heartbeats[0]), 'before');
    assert.equal(placeOf(heartbeats[2]), 'after', 'it was written behind the moment');
    assert.equal(placeOf(heartbeats[3]), 'after', 'it is the one by which S1 is placed');
    assert.equal(placeOf({ ...beat(9, '6.500'), xid: '7' }), 'foreign');
    assert.equal(placeOf(undefined), 'before');
  });

  test('is another one where the moment is not that of the pause', () => {
    assert.equal(placeSnapshot(witness, heartbeats[1]).position, 'before');
    assert.equal(placeSnapshot(witness, heartbeats[3]).position, 'inside');
  });
});
