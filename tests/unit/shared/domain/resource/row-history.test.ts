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

  test('are reported in one phrase', () => {
    const one = { object: 'a', problem: 'is empty, it had 5000 rows' };
    assert.equal(warningText([]), '');
    assert.equal(warningText([one]), '; warning: a is empty, it had 5000 rows');
    assert.equal(warningText([one, one, one]), '; warning: a is empty, it had 5000 rows, and 2 more');
  });
});
