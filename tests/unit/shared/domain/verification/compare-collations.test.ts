import assert from 'node:assert/strict';
import { compareCollations } from '../../../../../shared/domain/verification/compare-collations.ts';

const indexes = new Map([
  ['of the database', ['public.names_idx', 'public.titles_idx']],
  ['public.german', Array.from({ length: 12 }, (_, index) => `public.i${index}`)],
]);

describe('the actual versions of collations', () => {
  test('that are the same, or unknown to an old witness, or order no index, say nothing', () => {
    const versions = { 'of the database': '153.1', 'public.german': '153.120' };
    assert.deepEqual(compareCollations(versions, versions, indexes), []);
    assert.deepEqual(compareCollations(undefined, versions, indexes), []);
    assert.deepEqual(compareCollations(versions, undefined, indexes), []);
    assert.deepEqual(compareCollations({ x: '1' }, { x: '2' }, indexes), []);
  });

  test('that differ name the indexes and the remedy in its order', () => {
    const [whole, german] = compareCollations(
      { 'of the database': '2.36', 'public.german': '153.120' },
      { 'of the database': '2.41', 'public.german': '153.121' },
      indexes,
    );
    assert.equal(whole?.status, 'gap');
    assert.equal(
      whole?.problem,
      'has version 2.41 where the copy runs, 2.36 where the source runs; ordered by it: public.names_idx, public.titles_idx. After a restore there: REINDEX these, then ALTER DATABASE … REFRESH COLLATION VERSION, in this order',
    );
    assert.match(
      german?.problem ?? '',
      /public\.i9 and 2 more\. .*REINDEX these, then ALTER COLLATION public\.german REFRESH/,
    );
  });
});
