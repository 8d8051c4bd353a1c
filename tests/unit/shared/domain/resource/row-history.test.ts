import assert from 'node:assert/strict';
import { compareWithHistory, warningText } from '../../../../../shared/domain/verification/row-history.ts';

const table = (name: string, rows: number, bytes = rows * 100) => ({ table: name, rows: String(rows), bytes });

describe('rows and bytes against the proof before', () => {
  test('of a first night, and of tables that live on, warn of nothing', () => {
    assert.deepEqual(compareWithHistory([table('a', 5000)], []), []);
    const before = [table('a', 5000), table('b', 10), table('c', 0, 0)];
    const now = [table('a', 4000), table('b', 0), table('c', 99), table('new', 1_000_000)];
    assert.deepEqual(compareWithHistory(now, before), []);
  });

  test('of which every table was emptied are warned of from the second night on', () => {
    const before = [table('a', 5000), table('b', 200), table('c', 1)];
    const now = before.map(({ table: name }) => table(name, 0, 0));
    assert.deepEqual(compareWithHistory(now, before), [
      { object: 'database', problem: 'holds no row any more, the proof before it found 5201' },
      { object: 'a', problem: 'is empty, it had 5000 rows' },
      { object: 'b', problem: 'is empty, it had 200 rows' },
    ]);
  });

  test('of a table that is gone, lost most of its rows or its bytes, or grew beyond all measure, are warned of', () => {
    const before = [table('gone', 900), table('less', 5000), table('more', 100), table('wide', 50, 2 ** 30)];
    const now = [table('less', 2000), table('more', 5000), table('wide', 50, 2 ** 20)];
    assert.deepEqual(
      compareWithHistory(now, before).map(({ object, problem }) => `${object} ${problem}`),
      [
        'less has 2000 rows, it had 5000',
        'gone is gone, it had 900 rows',
        'more has 5000 rows, it had 100',
        `wide has ${2 ** 20} bytes, it had ${2 ** 30}`,
      ],
    );
  });

  test('are warned of from a hundred rows or 16 MB on, below a half or above the tenfold', () => {
    const MB = 1024 * 1024;
    const warned = (was: readonly [number, number], is?: readonly [number, number]) =>
      compareWithHistory(is === undefined ? [table('b', 1)] : [table('a', ...is), table('b', 1)], [table('a', ...was)])
        .map(({ problem }) => problem)
        .join();
    assert.equal(warned([99, 99]), '');
    assert.equal(warned([100, 99]), 'is gone, it had 100 rows');
    assert.equal(warned([1, 16 * MB - 1]), '');
    assert.equal(warned([1, 16 * MB]), 'is gone, it had 1 rows');
    assert.equal(warned([100, 99], [50, 99]), '');
    assert.match(warned([100, 99], [49, 99]), /has 49 rows/);
    assert.equal(warned([100, 99], [1000, 99]), '');
    assert.match(warned([100, 99], [1001, 99]), /has 1001 rows/);
    assert.equal(warned([99, 99], [0, 99]), '');
    assert.match(warned([100, 99], [0, 99]), /is empty/);
    assert.equal(warned([1, 16 * MB], [1, 8 * MB]), '');
    assert.match(warned([1, 16 * MB], [1, 8 * MB - 1]), /has 8388607 bytes, it had 16777216/);
    assert.equal(warned([1, 16 * MB], [1, 160 * MB]), '');
    assert.match(warned([1, 16 * MB], [1, 160 * MB + 1]), /has 167772161 bytes/);
    const gone = compareWithHistory([table('x', 1)], [table('b', 100), table('a', 100), table('c', 101)]);
    assert.deepEqual(
      gone.map(({ object }) => object),
      ['c', 'a', 'b'],
    );
    assert.deepEqual(compareWithHistory([], []), []);
  });

  test('are reported in one phrase', () => {
    const one = { object: 'a', problem: 'is empty, it had 5000 rows' };
    assert.equal(warningText([]), '');
    assert.equal(warningText([one]), '; warning: a is empty, it had 5000 rows');
    assert.equal(warningText([one, one, one]), '; warning: a is empty, it had 5000 rows, and 2 more');
  });
});
