import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  canonicalJson,
  chainKey,
  chainRecordText,
  checkChain,
  readChainRecord,
  sequenceOfKey,
} from '../../../../../shared/domain/evidence/chain.ts';
import { fileOf, makeChain, runOf, sha256 } from '../../../../support/evidence-chain.ts';

const database = 'fantasy';
const chain = makeChain(database, 5);
type Files = readonly { key: string; text: string | Uint8Array }[];

const check = (records: Files, evidence: Files = chain.evidence) =>
  checkChain(
    database,
    records.map(({ key, text }) => fileOf(key, text)),
    new Map(evidence.map(({ key, text }) => [key, fileOf(key, text)])),
    sha256,
  );
const recordAt = (index: number) => {
  const record = chain.records[index];
  assert.ok(record);
  return record;
};
const keyAt = (index: number) => recordAt(index).key;
/** The record with members changed and sealed anew, as one would who knows how it is made. */
const forged = (index: number, change: object) => {
  const { seal: _, ...content } = JSON.parse(recordAt(index).text);
  const altered = { ...content, ...change };
  return { key: keyAt(index), text: canonicalJson({ ...altered, seal: sha256(canonicalJson(altered)) }) };
};
const withRecord = (index: number, record: Files[number]) =>
  chain.records.map((one, at) => (at === index ? record : one));

describe('a chain of evidence', () => {
  test('holds when nothing was touched, in whatever order its files are listed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.infiniteStream(fc.nat()), (length, order) => {
        const { records, evidence } = makeChain(database, length);
        const listed = records.map((record) => [order.next().value, record] as const).sort(([a], [b]) => a - b);
        const result = check(
          listed.map(([, record]) => record),
          evidence,
        );
        assert.deepEqual([result.broken, result.intact], [undefined, length]);
        assert.deepEqual(
          result.digests,
          records.map(({ text }) => sha256(text)),
        );
      }),
    );
  });

  test('a change of any single byte of any file is found, also in the newest', () => {
    const files = [...chain.records, ...chain.evidence];
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        (index, place, difference) => {
          const file = files[index];
          assert.ok(file);
          const bytes = Buffer.from(file.text);
          const at = Math.floor(place * bytes.length);
          bytes[at] = (bytes[at] ?? 0) ^ difference;
          const change = (all: Files) => all.map((one) => (one.key === file.key ? { ...one, text: bytes } : one));
          const { broken } = check(change(chain.records), change(chain.evidence));
          assert.equal(broken?.key, keyAt(index % 5));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('every byte of the newest record counts', () => {
    const { key, text } = recordAt(4);
    for (let at = 0; at < text.length; at += 1) {
      const bytes = Buffer.from(text);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      assert.equal(check(withRecord(4, { key, text: bytes })).broken?.key, key, `byte ${at}`);
    }
  });

  test('a byte that is added or taken away is found', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(300), fc.constantFrom(' ', '\n', '\ufeff', '0', '"'), (index, at, more) => {
        const { key, text } = recordAt(index);
        for (const changed of [text.slice(0, at) + more + text.slice(at), text.slice(0, at) + text.slice(at + 1)])
          assert.equal(check(withRecord(index, { key, text: changed })).broken?.key, key);
      }),
    );
  });

  const broken: [string, Files, number, RegExp][] = [
    ['removed at its beginning', chain.records.slice(1), 1, /record 1 is missing/],
    ['removed in its middle', chain.records.toSpliced(2, 1), 3, /follows record 2: record 3 is missing/],
    [
      'in another order',
      chain.records.map(({ key }, index) => ({ key, text: recordAt(index === 1 ? 2 : index === 2 ? 1 : index).text })),
      1,
      /is record 3 of 'fantasy' in the place of record 2/,
    ],
    ['forged with a new seal', withRecord(1, forged(1, { verdict: 'bounded' })), 1, /reports other facts than/],
    [
      'forged with another run',
      withRecord(1, forged(1, { evidence: JSON.parse(recordAt(4).text).evidence })),
      2,
      /does not follow record 2/,
    ],
    ['of another database', withRecord(0, forged(0, { database: 'other' })), 0, /is record 1 of 'other'/],
    [
      'with a false beginning',
      withRecord(0, forged(0, { previous: { key: 'x', sha256: 'a'.repeat(64) } })),
      0,
      /names one before it/,
    ],
    [
      'bound to another one',
      withRecord(3, forged(3, { previous: { key: keyAt(2), sha256: 'a'.repeat(64) } })),
      3,
      /does not follow record 3/,
    ],
    ['with a member more', withRecord(2, forged(2, { note: 'x' })), 2, /its form or its seal/],
  ];
  for (const [what, records, index, problem] of broken) {
    test(`a record that is ${what} is named`, () => {
      const result = check(records);
      assert.equal(result.broken?.key, keyAt(index), result.broken?.problem);
      assert.match(result.broken?.problem ?? '', problem);
    });
  }

  test('a record that is forged together with its evidence breaks the link of the next one', () => {
    const run = { ...runOf(database, 2), summary: 'all is well' };
    const text = JSON.stringify(run);
    const key = `backup-and-verify/${database}/run-2/evidence.json`;
    const evidence = chain.evidence.map((one) => (one.key === key ? { key, text } : one));
    const result = check(withRecord(1, forged(1, { evidence: { key, sha256: sha256(text) } })), evidence);
    assert.equal(result.broken?.key, keyAt(2));
    assert.match(result.broken?.problem ?? '', /does not follow record 2/);
    assert.equal(result.intact, 2);
  });

  test('a record that is reported twice is named, under its own key or another', () => {
    const copy = check([...chain.records, { key: `${keyAt(1)}.copy`, text: recordAt(1).text }]);
    assert.match(copy.broken?.problem ?? '', /has no place in the chain/);
    const last = recordAt(4);
    const again = chainRecordText(
      {
        database,
        sequence: 6,
        previous: { key: last.key, sha256: sha256(last.text) },
        evidence: JSON.parse(recordAt(0).text).evidence,
      },
      runOf(database, 1),
      sha256,
    );
    const twice = check([...chain.records, { key: chainKey(database, 6), text: again }]);
    assert.match(twice.broken?.problem ?? '', /reports the run of record 1 again/);
  });

  test('evidence that is gone or exchanged is named by its record', () => {
    const gone = check(chain.records, chain.evidence.slice(0, -1));
    assert.equal(gone.broken?.key, keyAt(4));
    assert.match(gone.broken?.problem ?? '', /run-5\/evidence\.json', which is missing/);
    const exchanged = chain.evidence.map(({ key }, index) => ({ key, text: chain.evidence[4 - index]?.text ?? '' }));
    assert.equal(check(chain.records, exchanged).broken?.key, keyAt(0));
  });

  test('that was cut at its end holds, and lacks the SHA-256 of what was cut off', () => {
    const whole = check(chain.records).digests;
    const { broken, digests } = check(chain.records.slice(0, 3));
    assert.equal(broken, undefined);
    assert.deepEqual(digests, whole.slice(0, 3));
    assert.ok(!digests.includes(whole.at(-1) ?? ''));
  });

  test('that was rewritten from some record on keeps no SHA-256 of what came after', () => {
    fc.assert(
      fc.property(fc.nat(4), (from) => {
        const rewritten = chain.records.slice(0, from);
        for (let index = from; index < 5; index += 1) {
          const before = rewritten.at(-1);
          const previous = before === undefined ? null : { key: before.key, sha256: sha256(before.text) };
          const change = index === from ? { recordedAt: '2026-03-02T00:00:00.000Z' } : {};
          rewritten.push(forged(index, { previous, ...change }));
        }
        const { digests } = check(chain.records);
        const anew = rewritten.map(({ text }) => sha256(text));
        assert.deepEqual(anew.slice(0, from), digests.slice(0, from));
        for (const digest of digests.slice(from)) assert.ok(!anew.includes(digest));
      }),
    );
  });
});

describe('a record', () => {
  test('is read only as it was written', () => {
    const { text } = recordAt(2);
    assert.equal(readChainRecord(text, sha256)?.sequence, 3);
    for (const changed of [undefined, '', '{}', `${text}\n`, text.replace('exact', 'failed')])
      assert.equal(readChainRecord(changed, sha256), undefined);
  });

  test('has a key that sorts like its number, and no other key is taken for one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 1, max: 999_999_999 }), (left, right) => {
        assert.equal(sequenceOfKey(database, chainKey(database, left)), left);
        assert.equal(chainKey(database, left) < chainKey(database, right), left < right);
      }),
    );
    for (const key of [
      'evidence-chain/fantasy/1.json',
      'evidence-chain/other/000000001.json',
      'evidence-chain/fantasy/000000000.json',
      '',
    ])
      assert.equal(sequenceOfKey(database, key), undefined);
  });
});

test('canonical JSON is one text for one value, and gives the value back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(JSON.parse(text)), text);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    }),
  );
  assert.equal(
    canonicalJson({ b: [1, null, { d: 'é', c: true }], a: 1e21, u: undefined }),
    '{"a":1e+21,"b":[1,null,{"c":true,"d":"é"}]}',
  );
});
