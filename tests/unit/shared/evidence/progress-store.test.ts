import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { sha256Of } from '../../../../shared/aws/sha256.ts';
import { ObjectChangedError } from '../../../../shared/errors.ts';
import { makeProgressStore } from '../../../../shared/evidence/progress-store.ts';

/** A bucket in memory that holds what is read against its digest, as the real one does. */
function memoryStore() {
  const objects = new Map<string, Buffer>();
  async function* linesOf(bytes: Buffer, sha256: string | undefined) {
    yield* gunzipSync(bytes).toString().split('\n');
    if (sha256 !== undefined && sha256Of(bytes) !== sha256) throw new ObjectChangedError('it was changed');
  }
  return {
    objects,
    putNew: async (key: string, body: string | Buffer) => {
      if (objects.has(key)) return false;
      objects.set(key, Buffer.from(body));
      return true;
    },
    listKeys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    digestOf: async (key: string) => {
      const bytes = objects.get(key);
      return bytes && sha256Of(bytes);
    },
    openGzipLines: async (key: string, sha256?: string) => {
      const bytes = objects.get(key);
      return bytes && linesOf(bytes, sha256);
    },
  };
}
const partsOf = (store: ReturnType<typeof memoryStore>) =>
  makeProgressStore(store, 'runs/tables', z.strictObject({ done: z.int() }));

describe('what a call leaves to the next', () => {
  test('is found by the digest that the state machine keeps', async () => {
    const store = memoryStore();
    const parts = partsOf(store);
    assert.equal(await parts.before(1, {}), undefined);
    const first = await parts.put(1, { done: 1 });
    const second = await parts.put(2, { done: 2 });
    assert.deepEqual(await parts.before(2, first), { done: 1 });
    assert.deepEqual(await parts.before(3, { ...first, ...second }), { done: 2 });
    assert.deepEqual(await parts.find(2), second);
    assert.equal(await parts.find(3), undefined);
  });

  test('is not the one that somebody put there, under its own key or beside it', async () => {
    const store = memoryStore();
    const parts = partsOf(store);
    const digests = await parts.put(1, { done: 1 });
    await parts.put(1, { done: 9 });
    assert.deepEqual(await parts.before(2, digests), { done: 1 });
    const [key = ''] = Object.keys(digests);
    store.objects.set(key, gzipSync('{"done":9}'));
    await assert.rejects(parts.before(2, digests), { name: 'ObjectChangedError' });
  });

  test('that is of no call of this execution, or was removed, is missing', async () => {
    const store = memoryStore();
    const digests = await partsOf(store).put(1, { done: 1 });
    await assert.rejects(partsOf(store).before(2, {}), { name: 'ProgressMissingError' });
    store.objects.clear();
    await assert.rejects(partsOf(store).before(2, digests), { name: 'ProgressMissingError' });
  });
});
