import assert from 'node:assert/strict';
import { StatementFailedError } from '../../../../shared/errors.ts';
import type { Relation } from '../../../../shared/pg/witness/relations.ts';
import { batchesOf } from '../../../../shared/pg/witness/table-batches.ts';
import { batchOrSingly, chunksOf } from '../../../../shared/pg/witness/table-scan.ts';

const relation = (oid: number, bytes: number): Relation => ({
  oid,
  table: `t${oid}`,
  kind: 'table',
  method: 'columns 18',
  columns: [],
  filenode: oid,
  bytes,
  estimatedRows: null,
  oldestMultixact: '1',
});
const oidsOf = (works: readonly { relation: Relation }[]) => works.map((work) => work.relation.oid);

describe('tables that are read together', () => {
  test('are small, many, and in order; a large one is read alone, chunk by chunk', () => {
    const large = [relation(1, 300 * 1024 * 1024), relation(2, 2 * 1024 * 1024)];
    const small = Array.from({ length: 5000 }, (_, index) => relation(10 + index, 8192));
    const batches = [...batchesOf(chunksOf([...large, ...small]))];
    assert.deepEqual(batches.slice(0, 4).map(oidsOf), [[1], [1], [1], [2]]);
    assert.deepEqual(batches.flatMap(oidsOf), [1, 1, 1, 2, ...oidsOf(small.map((one) => ({ relation: one })))]);
    assert.ok(batches.length < 4 + 5000 / 50, `${batches.length} round trips`);
    // Of all of them locks are held at one time.
    assert.ok(batches.every((batch) => batch.length <= 64));
  });

  test('hold no more bytes than are read in a moment', () => {
    const tables = Array.from({ length: 30 }, (_, index) => relation(index, 1_000_000));
    for (const batch of batchesOf(chunksOf(tables)))
      assert.ok(batch.reduce((sum, work) => sum + work.relation.bytes, 0) <= 8 * 1024 * 1024);
  });

  const works = [...chunksOf([relation(1, 8192), relation(2, 8192), relation(3, 8192)])];

  test('are read one by one when something of one of them keeps the batch from being read', async () => {
    const read: number[][] = [];
    await batchOrSingly(works, async (together) => {
      read.push(oidsOf(together));
      if (together.length > 1) throw new StatementFailedError('t2 does not exist', { code: '42P01' });
    });
    assert.deepEqual(read, [[1, 2, 3], [1], [2], [3]]);
  });

  test('are not read again when the server is gone', async () => {
    let calls = 0;
    const gone = new StatementFailedError('terminating connection', { code: '57P01' });
    await assert.rejects(
      batchOrSingly(works, async () => {
        calls += 1;
        throw gone;
      }),
      gone,
    );
    assert.equal(calls, 1);
  });
});
