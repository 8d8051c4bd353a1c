import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SequenceState } from '../../../../../shared/contracts/witness.ts';
import {
  compareSchema,
  compareSequences,
  exceptRemade,
} from '../../../../../shared/domain/verification/compare-schema.ts';

describe('compareSchema', () => {
  const objects = fc.dictionary(
    fc.constantFrom('table a', 'index b', 'view c', 'role d'),
    fc.constantFrom('1', '2', '3'),
  );

  test('finds nothing where the three are equal', () => {
    fc.assert(fc.property(objects, (schema) => assert.deepEqual(compareSchema(schema, schema, schema), [])));
  });

  test('fails exactly the objects that did not change and differ in the copy, and those that only it has', () => {
    fc.assert(
      fc.property(objects, objects, objects, fc.boolean(), (atS1, atS2, copy, isOfBracket) => {
        const findings = compareSchema(atS1, atS2, copy, () => isOfBracket);
        const failed = findings.filter(({ status }) => status === 'failed').map(({ object }) => object);
        const steady = Object.keys(atS1).filter((object) => atS1[object] === atS2[object]);
        const alone = Object.keys(copy).filter((object) => atS1[object] === undefined && atS2[object] === undefined);
        const different = steady.filter((object) => copy[object] !== atS1[object]);
        assert.deepEqual(failed.sort(), [...different, ...(isOfBracket ? [] : alone)].sort());
        const gaps = findings.filter(({ status }) => status === 'gap').map(({ object }) => object);
        const names = [...new Set([...Object.keys(atS1), ...Object.keys(atS2), ...Object.keys(copy)])];
        const unsteady = names.filter(
          (object) => atS1[object] !== atS2[object] || (isOfBracket && alone.includes(object)),
        );
        assert.deepEqual(gaps.sort(), unsteady.sort());
      }),
    );
  });

  test('what was made anew or changed back between S1 and S2 may be anything in the copy, and is named', () => {
    const [atS1, atS2] = [{ 'view a': 'f00 17/900' }, { 'view a': 'f00 18/950' }];
    const problems = (copy: Record<string, string>) =>
      compareSchema(atS1, atS2, copy).map(({ status, problem }) => `${status} ${problem}`);
    const back = 'gap was changed between S1 and S2, and changed back';
    assert.deepEqual(problems({}), [back]);
    assert.deepEqual(problems({ 'view a': 'bad 17/920' }), [back]);
    assert.deepEqual(problems({ 'view a': 'f00 17/920' }), []);
    // The catalogue row of a copy may have been written again by its own life.
    assert.deepEqual(compareSchema(atS1, atS1, { 'view a': 'f00 17/999' }), []);
    assert.deepEqual(
      compareSchema(atS1, atS1, { 'view a': 'bad 17/900' }).map(({ status }) => status),
      ['failed'],
    );
  });

  test('what could not be read of the source is a gap, what cannot be read of the copy fails', () => {
    const locked = { 'view a': '? was locked by DDL while the catalogue was read' };
    const sound = { 'view a': 'f00 17/900' };
    const statuses = (...of: Parameters<typeof compareSchema>) =>
      compareSchema(...of).map(({ status, problem }) => `${status} ${problem}`);
    const gap = 'gap was locked by DDL while the catalogue was read';
    assert.deepEqual(statuses(locked, sound, sound), [gap]);
    assert.deepEqual(statuses(sound, locked, sound), [gap]);
    assert.deepEqual(statuses(sound, sound, { 'view a': '? cannot be read: cache lookup failed' }), [
      'failed cannot be read: cache lookup failed of the copy',
    ]);
  });

  test('a sequence that was made anew between S1 and S2 is named, another one fails', () => {
    const findings = ['sequence a', 'sequence b'].map(
      (object) => ({ object, status: 'failed', problem: 'is missing from the copy' }) as const,
    );
    const atS1 = { 'sequence a': 'f00 17/900', 'sequence b': 'f00 18/900' };
    const reported = exceptRemade({ atS1, atS2: { ...atS1, 'sequence a': 'f00 19/950' } }, findings);
    assert.deepEqual(
      reported.map(({ object, status }) => `${object} ${status}`),
      ['sequence a gap', 'sequence b failed'],
    );
  });

  test('says whether an object is missing or defined otherwise', () => {
    const schema = { 'table a': '1', 'index b': '2' };
    assert.deepEqual(
      compareSchema(schema, schema, { 'index b': '3' }).map(({ object, problem }) => `${object} ${problem}`),
      ['table a is missing from the copy', 'index b is defined otherwise in the copy'],
    );
  });
});

/** Draws from a sequence as PostgreSQL does: S1, then L on the source, then S2; the copy stands ahead after a crash. */
const drawn = fc
  .record({
    start: fc.bigInt(-1000n, 1000n),
    increment: fc.oneof(fc.bigInt(1n, 50n), fc.bigInt(-50n, -1n)),
    cache: fc.bigInt(1n, 40n),
    cycles: fc.boolean(),
    untouched: fc.boolean(),
    toL: fc.nat(100),
    toS2: fc.nat(100),
    ahead: fc.nat(72),
  })
  .map(({ start, increment, cache, cycles, untouched, toL, toS2, ahead }) => {
    const state = (draws: number): SequenceState => ({
      sequence: 'public.s',
      ...(untouched && draws === 0
        ? { lastValue: null, first: String(start + increment) }
        : { lastValue: String(start + BigInt(draws) * increment) }),
      increment: String(increment),
      cache: String(cache),
      cycles,
    });
    // SEQ_LOG_VALS: PostgreSQL logs 32 values ahead, beyond those that a session keeps in its cache.
    const logged = Math.min(ahead, 32 + Number(cache));
    const copy = state(toL);
    return {
      s1: state(0),
      s2: state(toL + toS2),
      copy: copy.lastValue !== null ? state(toL + logged) : copy,
      step: increment,
      value: (draws: number): SequenceState => ({ ...state(1), lastValue: String(start + BigInt(draws) * increment) }),
      lastDraw: toL + toS2,
    };
  });

describe('compareSequences', () => {
  test('finds nothing wrong with a copy between S1 and S2 and what is logged ahead', () => {
    fc.assert(
      fc.property(drawn, ({ s1, s2, copy }) => assert.deepEqual(compareSequences([s1], [s2], [copy]), [])),
      { numRuns: 500 },
    );
  });

  test('always finds a sequence that is set back', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 500 }), ({ s1, s2, value }, back) => {
        fc.pre(s1.lastValue !== null);
        const [finding] = compareSequences([s1], [s2], [value(-back)]);
        assert.equal(finding?.status, 'failed');
        assert.match(finding.problem, /^is set back/);
      }),
    );
  });

  test('finds a sequence that was drawn from in S1 and never in the copy', () => {
    fc.assert(
      fc.property(drawn, ({ s1, s2, copy }) => {
        fc.pre(s1.lastValue !== null);
        assert.equal(compareSequences([s1], [s2], [{ ...copy, lastValue: null }])[0]?.status, 'failed');
      }),
    );
  });

  test('finds a sequence that is further ahead than PostgreSQL logs, unless it cycles', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 500 }), ({ s1, s2, value, lastDraw }, beyond) => {
        fc.pre(s2.lastValue !== null);
        const findings = compareSequences([s1], [s2], [value(lastDraw + 32 + Number(s1.cache) + beyond)]);
        assert.equal(findings.length, s1.cycles ? 0 : 1);
      }),
    );
  });

  test('finds a sequence that forgot that its value was drawn, and one that nobody drew from and stands elsewhere', () => {
    const set = { sequence: 'public.s', increment: '1', cache: '1', cycles: false };
    const called = { ...set, lastValue: '1000' };
    const waiting = { ...set, lastValue: null, first: '1000' };
    assert.deepEqual(compareSequences([waiting], [waiting], [waiting]), []);
    assert.deepEqual(compareSequences([waiting], [called], [waiting]), []);
    assert.deepEqual(compareSequences([waiting], [called], [called]), []);
    const problem = (before: SequenceState, later: SequenceState, copy: SequenceState) =>
      compareSequences([before], [later], [copy]).map(({ status, problem }) => `${status} ${problem}`);
    assert.match(
      problem(called, called, waiting)[0] ?? '',
      /^failed is set back: observed none before 1000, expected 1000/,
    );
    assert.match(
      problem(waiting, waiting, called)[0] ?? '',
      /^failed stands elsewhere: observed 1000, expected none before 1000/,
    );
    assert.match(problem(waiting, waiting, { ...waiting, first: '1' })[0] ?? '', /^failed stands elsewhere/);
    assert.match(problem(waiting, called, { ...waiting, first: '1' })[0] ?? '', /^failed is set back/);
  });

  test('names an unlogged sequence as a gap, with the columns that draw from it, whatever the copy says', () => {
    const unlogged = (columns: string[]): SequenceState => ({
      sequence: 'public.s',
      lastValue: '1000',
      increment: '1',
      cache: '1',
      cycles: false,
      unlogged: columns,
    });
    const s1 = unlogged(['public.t.id', 'public.u.id']);
    assert.deepEqual(compareSequences([s1], [s1], []), [
      {
        object: 'sequence public.s',
        status: 'gap',
        problem: 'is unlogged: a restore sets it back to its start; public.t.id, public.u.id draw from it',
      },
    ]);
    assert.equal(
      compareSequences([unlogged([])], [], [])[0]?.problem,
      'is unlogged: a restore sets it back to its start',
    );
  });

  test('fails a sequence that is missing, and names as a gap one that the source dropped or set back', () => {
    const s1 = { sequence: 'public.s', lastValue: '10', increment: '1', cache: '1', cycles: false };
    assert.deepEqual(compareSequences([s1], [s1], []), [
      { object: 'sequence public.s', status: 'failed', problem: 'is missing from the copy' },
    ]);
    assert.equal(compareSequences([s1], [], [])[0]?.status, 'gap');
    assert.equal(compareSequences([s1], [{ ...s1, lastValue: '3' }], [s1])[0]?.status, 'gap');
    assert.equal(compareSequences([s1], [{ ...s1, lastValue: null }], [s1])[0]?.status, 'gap');
  });
});
