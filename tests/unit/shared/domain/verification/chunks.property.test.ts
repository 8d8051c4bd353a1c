import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockBytes, blockOf, chunkBlocks, planChunks } from '../../../../../shared/domain/verification/chunks.ts';

const sizes = fc.tuple(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 1, max: 20_000 }));

test('chunks cover every block of a table once, and what it grows by', () => {
  fc.assert(
    fc.property(sizes, fc.nat(100_000), ([blocks, perChunk], grown) => {
      const chunks = planChunks(blocks * blockBytes, perChunk);
      assert.equal(chunks[0]?.firstBlock, 0);
      assert.equal(chunks.at(-1)?.endBlock, null);
      for (const [index, chunk] of chunks.entries()) {
        if (index > 0) assert.equal(chunk.firstBlock, chunks[index - 1]?.endBlock);
      }
      const holding = chunks.filter(
        ({ firstBlock, endBlock }) => grown >= firstBlock && (endBlock === null || grown < endBlock),
      );
      assert.equal(holding.length, 1);
    }),
  );
});

test('no chunk but the last is larger or smaller than asked for', () => {
  fc.assert(
    fc.property(sizes, ([blocks, perChunk]) => {
      for (const { firstBlock, endBlock } of planChunks(blocks * blockBytes, perChunk).slice(0, -1)) {
        assert.equal(Number(endBlock) - firstBlock, perChunk);
      }
    }),
  );
});

test('the block of a ctid lies in the chunk of its number', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.integer({ min: 1, max: 291 }), (block, line) => {
      assert.equal(blockOf(`(${block},${line})`), block);
      const chunks = planChunks(200_001 * blockBytes);
      const chunk = chunks[Math.floor(block / chunkBlocks)];
      assert.ok(chunk !== undefined && chunk.firstBlock <= block);
      assert.ok(chunk.endBlock === null || block < chunk.endBlock);
    }),
  );
});

test('an empty table is one chunk', () => {
  assert.deepEqual(planChunks(0), [{ firstBlock: 0, endBlock: null }]);
});
