import assert from 'node:assert/strict';
import { checkChain } from '../../../../shared/domain/evidence/chain.ts';
import { type ChainStore, newestSequence, sha256, storeEvidence } from '../../../../shared/evidence/chain-store.ts';
import { fileOf, runOf } from '../../../support/evidence-chain.ts';

/** A bucket in which one writer wins; `lost`: so many writes succeed and their answers are lost. */
function bucket(lost = 0) {
  const objects = new Map<string, string>();
  let left = lost;
  const store: ChainStore = {
    async putNew(key, body) {
      if (objects.has(key)) return false;
      objects.set(key, String(body));
      left -= 1;
      return left < 0;
    },
    getText: async (key) => objects.get(key),
    listKeys: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
  };
  const check = () => {
    const files = [...objects].map(([key, text]) => fileOf(key, text));
    const [records, evidence] = [/^evidence-chain\//, /evidence\.json$/].map((of) =>
      files.filter(({ key }) => of.test(key)),
    );
    return checkChain('own', records ?? [], new Map((evidence ?? []).map((file) => [file.key, file])), sha256);
  };
  return { store, check };
}
const run = (store: ChainStore, number: number) =>
  storeEvidence(store, { database: 'own', key: `backup-and-verify/own/${number}/evidence.json` }, (chainedAfter) => ({
    ...runOf('own', number),
    chainedAfter,
  }));

describe('the evidence of a run', () => {
  test('has one record in its chain, however often it is stored', async () => {
    const { store, check } = bucket();
    const first = await run(store, 1);
    const again = await run(store, 1);
    assert.deepEqual([first.isNew, again.isNew], [true, false]);
    assert.deepEqual(again.place, first.place);
    await run(store, 2);
    assert.deepEqual((await run(store, 1)).place, first.place, 'also when another one came after it');
    assert.equal(await newestSequence(store, 'own'), 2);
    assert.equal(check().broken, undefined);
  });

  test('has one record when two calls store it at once, and when the answers of S3 are lost', async () => {
    const { store, check } = bucket(2);
    await Promise.all([run(store, 1), run(store, 1), run(store, 2)]);
    const { intact, broken } = check();
    assert.deepEqual([intact, broken], [2, undefined]);
  });
});
