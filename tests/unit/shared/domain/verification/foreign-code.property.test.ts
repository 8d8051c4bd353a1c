import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  copyProblem,
  type ForeignCode,
  indexCheck,
  namedCode,
  wayToRead,
  whyNotProvenByCopy,
} from '../../../../../shared/domain/verification/foreign-code.ts';

const code = fc.record<ForeignCode>({
  object: fc.constantFrom('index app.t_idx', 'statistics app.st', 'policy p on app.t'),
  runs: fc.constantFrom('function app.f(integer)', 'domain app.small'),
  owner: fc.constantFrom('app_owner', 'other'),
  comparing: fc.boolean(),
});
const facts = fc.record({
  planned: fc.array(code, { maxLength: 5 }),
  written: fc.array(code, { maxLength: 2 }),
  isProtected: fc.boolean(),
  hasGenerated: fc.boolean(),
});
const sum = fc.record({ rows: fc.constantFrom('0', '1', '2'), sha256: fc.constantFrom('a', 'b') });
const counted = fc.constantFrom('0 0 0', '1 0 0', '1 0 1', null);

describe('how a relation is read', () => {
  test('a query is made only where nothing foreign would run, and COPY only where it plans nothing and leaves nothing out', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const way = wayToRead(given);
        assert.equal(way.by === 'query', given.planned.length + given.written.length === 0);
        if (way.by === 'copy') {
          assert.deepEqual([given.written, given.isProtected, given.hasGenerated], [[], false, false]);
        }
      }),
    );
  });

  test('what is not read by a query names an object, who owns its code, and the remedy', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const way = wayToRead(given);
        if (way.by === 'query') return;
        const named = given.written.length > 0 ? given.written : given.planned;
        const [first] = named;
        assert.ok(first !== undefined && way.why.includes(`${first.object} with ${first.runs} of '${first.owner}'`));
        for (const { owner } of named) assert.ok(way.why.includes(`'${owner}'`));
        assert.match(way.why, /trustedOwners in operations\.yml/);
      }),
    );
  });

  test('what is too much to be named is counted', () => {
    const one = { object: 'index app.t_idx', runs: 'function app.f()', owner: 'app_owner', comparing: false };
    assert.doesNotMatch(namedCode([one, one, one]), / more/);
    assert.match(namedCode([one, one, one, one, one]), / and 2 more: drop it/);
  });
});

describe('a table that is read by COPY', () => {
  test('is proven only where S1 and S2 are equal in rows and bytes, and no change was counted between', () => {
    fc.assert(
      fc.property(sum, sum, counted, counted, (atS1, atS2, first, last) => {
        const isProven = whyNotProvenByCopy(atS1, atS2, { atS1: first, atS2: last }) === undefined;
        const isSame = atS1.rows === atS2.rows && atS1.sha256 === atS2.sha256;
        assert.equal(isProven, isSame && first === last && first !== null);
      }),
    );
  });

  test('has a problem in the copy exactly where that differs, and rows come before values', () => {
    fc.assert(
      fc.property(sum, sum, (witness, found) => {
        const problem = copyProblem(witness, found);
        const isSame = witness.rows === found.rows && witness.sha256 === found.sha256;
        assert.equal(problem === undefined, isSame);
        if (witness.rows !== found.rows) assert.equal(problem, `observed ${found.rows} rows, expected ${witness.rows}`);
      }),
    );
  });
});

test('amcheck gets an index whole without foreign code, without its table with some, and never with foreign comparisons', () => {
  fc.assert(
    fc.property(fc.array(code, { maxLength: 4 }), (own) => {
      const comparing = own.some((one) => one.comparing);
      assert.equal(indexCheck(own), own.length === 0 ? 'whole' : comparing ? 'none' : 'without its table');
    }),
  );
});
