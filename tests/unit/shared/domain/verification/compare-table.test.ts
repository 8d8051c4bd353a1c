import assert from 'node:assert/strict';
import type { RowVersion, TableWitness } from '../../../../../shared/contracts/witness.ts';
import {
  asAtS1,
  type CopyOfTable,
  matchTable,
  questionsOf,
  settleTable,
} from '../../../../../shared/domain/verification/compare-table.ts';
import { isBeyond } from '../../../../../shared/domain/verification/transaction-ids.ts';

/**
 * S1 sees transactions before 100, S2 those before 200. Two untouched rows in the chunk, hashes 5 and 7; the rest is
 * listed: row 3 kept, row 4 deleted by 150, row 5 deleted by a multixact, row 6 inserted by 140.
 */
const kept: RowVersion = ['(0,3)', '101', '11'];
const deleted = ['(0,4)', '90', '13'] as const;
const deletedByMultixact = ['(0,5)', '91', '17'] as const;
const inserted: RowVersion = ['(0,6)', '140', '19'];
const witness: TableWitness = {
  oid: 1,
  table: 'public.games',
  kind: 'table',
  method: 'columns 18',
  columns: [],
  filenode: 1,
  bytes: 8192,
  rows: '5',
  chunks: [{ firstBlock: 0, rows: '5', sum: String(5 + 7 + 11 + 13 + 17) }],
  deleted: [
    [...deleted, '150'],
    [...deletedByMultixact, null],
  ],
  kept: [kept],
  inserted: [inserted],
};

/** A copy of `untouched` hashes and of the listed rows given. */
function copy(
  young: readonly RowVersion[],
  oldDeleted: readonly RowVersion[] = [],
  untouched: readonly bigint[] = [5n, 7n],
): CopyOfTable {
  const hashes = [...untouched, ...[...young, ...oldDeleted].map(([, , hash]) => BigInt(hash))];
  return {
    chunks: [{ rows: BigInt(hashes.length), sum: hashes.reduce((sum, hash) => sum + hash, 0n) }],
    young,
    oldDeleted,
  };
}

const committed = () => 'committed' as const;
const aborted = () => 'aborted' as const;
const verdictOf = (here: CopyOfTable, bound: bigint, statusOf: typeof committed | typeof aborted = committed) =>
  settleTable(matchTable(witness, here, 199n), bound, statusOf);

describe('a row that only the copy can have written, because S2 was past', () => {
  const here = copy([kept, inserted]);
  const [chunk] = here.chunks;
  assert.ok(chunk);
  const own: RowVersion[] = [['(0,9)', '201', '23']];
  const withOwn = { ...here, own, chunks: [{ rows: chunk.rows + 1n, sum: chunk.sum + 23n }] };

  test('fails the table, by that name', () => {
    const verdict = verdictOf(withOwn, 199n);
    assert.deepEqual([verdict.status, verdict.reason], ['failed', '1 row was inserted on the copy itself']);
  });

  test('is unverifiable when a trigger on login may have written it, and the trigger is named', () => {
    const verdict = settleTable(matchTable(witness, withOwn, 199n), 199n, committed, { loginTrigger: 'on_login' });
    // One of them is gone by a multixact.
    assert.deepEqual([verdict.status, verdict.unverifiableRows], ['proven', 2]);
    assert.match(verdict.reason ?? '', /^event trigger on_login writes at our own logins to the copy/);
  });

  test('is reported by its transaction, also beyond the end of 32 bits', () => {
    const range = { oldest: '100', beyond: '200' };
    assert.deepEqual(
      ['100', '199', '200', '4000'].map((xid) => isBeyond(xid, range)),
      [false, false, true, true],
    );
    const wrapping = { oldest: '4294967290', beyond: '10' };
    assert.deepEqual(
      ['4294967290', '9', '10'].map((xid) => isBeyond(xid, wrapping)),
      [false, false, true],
    );
  });
});

describe('a table is proven', () => {
  test('at an instant right after S1: what was deleted later is there, what was inserted later is not', () => {
    const verdict = verdictOf(copy([kept], [[...deleted], [...deletedByMultixact]]), 120n, aborted);
    assert.deepEqual(verdict, {
      table: 'public.games',
      status: 'proven',
      rows: '5',
      bytes: 8192,
      matchedRows: 3,
      unverifiableRows: 0,
    });
  });

  test('at an instant right before S2: a row gone by a multixact is unverifiable', () => {
    const verdict = verdictOf(copy([kept, inserted]), 199n);
    assert.deepEqual([verdict.status, verdict.matchedRows, verdict.unverifiableRows], ['proven', 2, 1]);
  });

  test('with a row that is in neither list, which counts as unverifiable', () => {
    const verdict = verdictOf(copy([kept, inserted, ['(0,9)', '130', '23']]), 199n);
    assert.deepEqual([verdict.status, verdict.unverifiableRows], ['proven', 2]);
  });

  test('without a row whose killer is younger than the bound, which counts as unverifiable', () => {
    const verdict = verdictOf(copy([kept]), 149n, aborted);
    assert.deepEqual([verdict.status, verdict.unverifiableRows], ['proven', 2]);
  });

  test('without an inserted row that is younger than the bound, or whose transaction was not committed', () => {
    assert.equal(verdictOf(copy([kept], [[...deleted], [...deletedByMultixact]]), 139n).status, 'proven');
    assert.equal(verdictOf(copy([kept], [[...deleted], [...deletedByMultixact]]), 145n, aborted).status, 'proven');
  });
});

describe('a table is failed and the reason says', () => {
  const reasons: [string, CopyOfTable, bigint, typeof committed | typeof aborted, string][] = [
    [
      'values of untouched rows differ',
      copy([kept, inserted], [], [5n, 8n]),
      199n,
      committed,
      'values of untouched rows differ in blocks 0 to the end',
    ],
    [
      'an untouched row is missing',
      copy([kept, inserted], [], [5n]),
      199n,
      committed,
      'untouched rows in blocks 0 to the end: observed 1, expected 2',
    ],
    [
      'a row too many',
      copy([kept, inserted], [], [5n, 7n, 9n]),
      199n,
      committed,
      'untouched rows in blocks 0 to the end: observed 3, expected 2',
    ],
    ['a kept row is missing', copy([inserted]), 199n, committed, 'row (0,3) is missing'],
    [
      'a kept row has another value',
      copy([['(0,3)', '101', '12'], inserted]),
      199n,
      committed,
      'row (0,3) has another value',
    ],
    [
      'an inserted row has another value',
      copy([kept, ['(0,6)', '140', '20']]),
      199n,
      committed,
      'row (0,6) has another value',
    ],
    [
      'a deleted row has another value',
      copy([kept], [['(0,4)', '90', '14'], [...deletedByMultixact]]),
      120n,
      aborted,
      'row (0,4) has another value',
    ],
    [
      'a committed insertion is missing',
      copy([kept]),
      199n,
      committed,
      '1 row is missing although the inserting transaction is committed',
    ],
    [
      'a committed deletion is undone',
      copy([kept, inserted], [[...deleted]]),
      199n,
      committed,
      '1 row is present although the deleting transaction is committed',
    ],
    [
      'a row is gone that nothing deleted',
      copy([kept, inserted]),
      199n,
      aborted,
      '1 row is missing although no committed transaction deleted it',
    ],
  ];
  for (const [what, here, bound, statusOf, reason] of reasons) {
    test(what, () => {
      const verdict = verdictOf(here, bound, statusOf);
      assert.equal(verdict.status, 'failed');
      assert.equal(verdict.reason, reason);
    });
  }

  test('three problems and how many more there are', () => {
    const verdict = verdictOf(
      copy(
        [['(0,6)', '140', '1']],
        [
          ['(0,4)', '90', '1'],
          ['(0,5)', '91', '1'],
        ],
        [],
      ),
      120n,
    );
    assert.match(verdict.reason ?? '', /^(row [^;]+; ){3}and 2 more$/);
  });
});

test('only transactions that the witness names are asked about', () => {
  const match = matchTable(witness, copy([kept], [[...deleted]]), 199n);
  assert.deepEqual(questionsOf(match), [140n, 150n]);
  assert.deepEqual(questionsOf(matchTable(witness, copy([kept, inserted]), 199n)), [150n]);
});

test('a row seen before S1 does not raise the bound, because its id may be of 2^32 transactions ago', () => {
  assert.equal(matchTable(witness, copy([kept]), 199n).newestPresent, 0n);
  assert.equal(matchTable(witness, copy([kept, inserted]), 199n).newestPresent, 140n);
});

describe('a chunk is as at S1', () => {
  const untouched: TableWitness = { ...witness, deleted: [], kept: [], inserted: [] };
  const [rows, sum] = [5n, 53n];

  test('when its rows and sum are', () => {
    assert.ok(asAtS1(untouched)(0, { rows, sum }));
    assert.ok(!asAtS1(untouched)(0, { rows: rows + 1n, sum }));
    assert.ok(!asAtS1(untouched)(0, { rows, sum: sum + 1n }));
    assert.ok(!asAtS1(untouched)(1, { rows, sum }));
  });

  test('but not when a row of it was touched, whatever its sum is', () => {
    for (const change of [{ kept: witness.kept }, { deleted: witness.deleted }, { inserted: witness.inserted }]) {
      assert.ok(!asAtS1({ ...untouched, ...change })(0, { rows, sum }));
    }
  });

  test('and a row that was touched behind the last chunk of S1 is in the last chunk', () => {
    const inserted: RowVersion[] = [['(70000,1)', '140', '19']];
    assert.ok(!asAtS1({ ...untouched, inserted })(0, { rows, sum }));
  });
});
