import assert from 'node:assert/strict';
import fc from 'fast-check';
import { proofOf } from '../../../../../shared/domain/resource/proof-instances.ts';

const databases = { orders: { instance: 'orders-test' }, reports: { instance: 'reporting-test' } };
const none = 'no proof is meant';

describe('an instance in a drill', () => {
  test('is found wherever the input names it or a database of it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('reporting-test', 'reports'),
        fc.array(fc.jsonValue(), { maxLength: 3 }),
        fc.array(fc.constantFrom('database', 'source', 'deep'), { maxLength: 4 }),
        (named, others, path) => {
          const input = path.reduce<unknown>((inner, key) => ({ others, [key]: [inner] }), named);
          const running = [
            { name: 'other', input: '{"database":"orders"}' },
            { name: 'drill', input: JSON.stringify(input) },
          ];
          assert.equal(proofOf('reporting-test', databases, running), 'drill');
        },
      ),
    );
  });

  test('is not found in the proof of another instance, in a part of a word, or in the name of a field', () => {
    for (const input of [{ database: 'orders' }, { database: 'reports-old' }, { 'reporting-test': none }, {}, null]) {
      assert.equal(proofOf('reporting-test', databases, [{ name: 'drill', input: JSON.stringify(input) }]), undefined);
    }
    assert.equal(proofOf('reporting-test', databases, []), undefined);
  });

  test('is presumed where the input cannot be read', () => {
    for (const input of ['', '{"database":', 'reports']) {
      assert.equal(proofOf('reporting-test', databases, [{ name: 'drill', input }]), 'drill');
    }
  });
});
