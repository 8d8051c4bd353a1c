import assert from 'node:assert/strict';
import { chainKey, chainRecordText, checkChain, sequenceOfKey } from '../../../../../shared/domain/evidence/chain.ts';
import { checkObjects } from '../../../../../shared/domain/evidence/evidence-objects.ts';
import { fileOf, makeChain, runOf, sha256 } from '../../../../support/evidence-chain.ts';

describe('what a run stored on its way', () => {
  const objects = ['a', 'b', 'c'].map((key) => ({ key, sha256: sha256(key) }));
  const evidence = fileOf('run/evidence.json', JSON.stringify({ ...runOf('own', 1), objects }));

  test('is counted as held, changed, or not here, each by itself', () => {
    const digests = new Map([
      ['a', sha256('a')],
      ['b', sha256('another')],
    ]);
    const { bound, held, changed, absent } = checkObjects({ evidence: [evidence], records: [] }, (key) =>
      digests.get(key),
    );
    assert.deepEqual([bound, held, absent], [3, 1, ['c']]);
    assert.deepEqual(changed, [
      {
        key: 'b',
        problem: `was changed: its SHA-256 is ${sha256('another')}, 'run/evidence.json' binds ${sha256('b')}`,
      },
    ]);
  });

  test('is nothing where the evidence cannot be read', () => {
    const broken = ['no JSON', '{}', ''].map((text) => fileOf('run/evidence.json', text));
    const none = { ...evidence, text: undefined };
    assert.deepEqual(
      checkObjects({ evidence: [...broken, none], records: broken }, () => 'x'),
      { bound: 0, held: 0, changed: [], absent: [] },
    );
  });
});

describe('a chain', () => {
  const { records, evidence } = makeChain('own', 1);
  const [record, run] = [records[0] ?? assert.fail(), evidence[0] ?? assert.fail()];
  const problemOf = (text: string, recordText = record.text) => {
    const files = new Map([[run.key, fileOf(run.key, text)]]);
    return checkChain('own', [fileOf(record.key, recordText)], files, sha256).broken?.problem;
  };

  test('says of evidence that was changed what it is now, and of what is no evidence that it is none', () => {
    assert.equal(problemOf(run.text), undefined);
    assert.equal(problemOf('{}'), `binds '${run.key}', which was changed: its SHA-256 is ${sha256('{}')}`);
    const bound = { key: run.key, sha256: sha256('{}') };
    const link = { database: 'own', sequence: 1, previous: null, evidence: bound };
    assert.equal(
      problemOf('{}', chainRecordText(link, runOf('own', 1), sha256)),
      `binds '${run.key}', which is no evidence`,
    );
  });

  test('has its place in a key, whole', () => {
    assert.equal(sequenceOfKey('own', chainKey('own', 7)), 7);
    for (const key of [
      'evidence-chain/own/000000007.json.bak',
      'evidence-chain/own/7.json',
      'evidence-chain/own/000000000.json',
    ])
      assert.equal(sequenceOfKey('own', key), undefined, key);
  });
});
