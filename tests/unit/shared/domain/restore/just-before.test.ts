import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  momentOfMarker,
  momentOfTransaction,
  type TransactionFacts,
  wholeIds,
} from '../../../../../shared/domain/restore/just-before.ts';

const epoch = 2n ** 32n;
const refused = (found: ReturnType<typeof momentOfMarker>): string =>
  'refusal' in found ? `${found.refusal.reason} | ${found.refusal.remedy}` : assert.fail(JSON.stringify(found));

describe('the whole ids that an id may mean', () => {
  const ends = fc.bigInt({ min: 4n, max: 2n ** 62n });

  test('are, of 32 bits, the next that may have begun and the newest that has', () => {
    fc.assert(
      fc.property(ends, fc.bigInt({ min: 3n, max: epoch - 1n }), (end, low) => {
        const [ahead = 0n, newest, ...others] = wholeIds(String(low), end);
        assert.ok(ahead % epoch === low && ahead >= end && ahead - end < epoch, 'an open transaction may have it');
        const before = ahead - epoch;
        const known = before > 0n && end - before < epoch ? before : undefined;
        assert.equal(newest, known, 'or none of these bits has begun, or it is an age ago');
        assert.deepEqual(others, []);
      }),
    );
  });

  test('are the one that is given whole, and none when it is an age ago', () => {
    fc.assert(
      fc.property(ends, fc.bigInt({ min: epoch, max: 2n ** 62n }), (end, id) => {
        assert.deepEqual(wholeIds(String(id), end), end - id < epoch && id % epoch > 2n ? [id] : []);
      }),
    );
    for (const id of ['1', '2']) assert.deepEqual(wholeIds(id, 734n), []);
    assert.deepEqual(wholeIds('734', 734n), [734n]);
    assert.deepEqual(wholeIds('734', 734n + epoch), [734n + epoch]);
    assert.deepEqual(wholeIds('733', 734n), [733n + epoch, 733n]);
    assert.deepEqual(wholeIds('4294967999', 4294968000n), [4294967999n]);
    assert.deepEqual(wholeIds('703', 4294968000n), [4294967999n + epoch, 4294967999n]);
  });
});

describe('just before a transaction', () => {
  const committed: TransactionFacts = {
    ...{ isTracked: true, status: 'committed', committedAt: '2026-03-01T05:00:00.250000Z' },
  };
  const of = (changes: Partial<TransactionFacts>) =>
    momentOfTransaction('734', { found: { ...committed, ...changes } });

  test('is the moment of its commit, and the plan says so', () => {
    assert.deepEqual(of({}), {
      moment: '2026-03-01T05:00:00.250000Z',
      note: 'transaction 734 committed at 2026-03-01T05:00:00.250000Z, and nothing from then on is brought back',
    });
  });

  test('is refused by name, each with a remedy, where nobody knows a moment', () => {
    assert.match(
      refused(of({ isTracked: false, committedAt: null })),
      /is off in the source \| .*switch 'track_commit/,
    );
    assert.match(refused(of({ committedAt: null })), /before 'track_commit_timestamp' was on, or is too old \| Give/);
    assert.match(refused(of({ status: 'aborted', committedAt: null })), /^transaction 734 was rolled back/);
    assert.match(refused(of({ status: 'in progress', committedAt: null })), /has not ended.* \| ROLLBACK/);
    assert.match(refused(momentOfTransaction('9', { found: undefined })), /has not begun in the source/);
    assert.match(
      refused(momentOfTransaction('9', { failed: 'it is stopped' })),
      /the source does not answer: it is stopped \| Give a moment instead: \{"justBefore": "2026/,
    );
  });
});

describe('just before a marker', () => {
  test('is when it was made, unless several bear its name or none', () => {
    const [one, two] = [{ at: '2026-03-01T05:00:00.5Z' }, { at: '2026-02-01T05:00:00.5Z' }];
    const found = momentOfMarker('release 42', { found: [one] });
    assert.equal('moment' in found && found.moment, one.at);
    assert.match(
      refused(momentOfMarker('release 42', { found: [one, two] })),
      /^marker 'release 42' was made 2 times: 2026-03-01T05:00:00.5Z, 2026-02-01T05:00:00.5Z \| Give the moment that is meant: /,
    );
    assert.match(refused(momentOfMarker('x', { found: [] })), /^the source has no marker 'x'/);
    assert.match(refused(momentOfMarker('x', { found: null })), /keeps no markers.* --marker-role/);
    assert.match(refused(momentOfMarker('x', { failed: 'gone' })), /does not answer: gone/);
  });
});
