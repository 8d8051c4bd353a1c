import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ladder, type Rung, type TableVerdict } from '../../../../../shared/contracts/verification.ts';
import { assess, type LadderRung, wholeLadder } from '../../../../../shared/domain/verification/verdict.ts';

const limits = { unverifiableRowShare: 0.01, unverifiableTables: 2 };
const failure = { state: 'VerifyTables', error: 'DatabaseUnreachableError', cause: 'no answer' };
const statuses = fc.oneof(
  { weight: 6, arbitrary: fc.constant('passed' as const) },
  { weight: 1, arbitrary: fc.constantFrom('gap' as const, 'failed' as const, 'not run' as const) },
);
const ladders = fc
  .array(statuses, { minLength: ladder.length, maxLength: ladder.length })
  .map((drawn) =>
    ladder.map((name, index): LadderRung => ({ name, status: drawn[index] ?? 'not run', summary: 's', findings: [] })),
  );
const tables = fc.array(
  fc.record({
    table: fc.constant('public.t'),
    status: fc.oneof(
      { weight: 9, arbitrary: fc.constant('proven' as const) },
      { weight: 1, arbitrary: fc.constantFrom('unverifiable' as const, 'failed' as const) },
    ),
    rows: fc.nat(1000).map(String),
    bytes: fc.nat(),
    matchedRows: fc.nat(10),
    unverifiableRows: fc.oneof(fc.constant(0), fc.nat(20)),
  }),
  { maxLength: 8 },
);
const runs = { numRuns: 2000 };

const sums = (list: readonly TableVerdict[]) => ({
  rows: list.reduce((sum, { rows }) => sum + Number(rows), 0),
  unverifiable: list.reduce((sum, { unverifiableRows }) => sum + unverifiableRows, 0),
  unverifiableTables: list.filter(({ status }) => status === 'unverifiable').length,
});

describe('assess', () => {
  test('never calls a run verified in which a rung failed or did not run, a table failed, or a task failed', () => {
    fc.assert(
      fc.property(ladders, tables, fc.option(fc.constant(failure)), (rungs, list, failed) => {
        const { verdict } = assess(rungs, list, limits, failed);
        const isUnsound =
          failed !== null ||
          rungs.some(({ status }) => status === 'failed' || status === 'not run') ||
          list.some(({ status }) => status === 'failed');
        if (isUnsound) assert.ok(verdict === 'failed' || verdict === 'unbracketed', verdict);
      }),
      runs,
    );
  });

  test('never calls a run verified that exceeds a limit', () => {
    fc.assert(
      fc.property(ladders, tables, (rungs, list) => {
        const { rows, unverifiable, unverifiableTables } = sums(list);
        const isOver =
          unverifiable > rows * limits.unverifiableRowShare || unverifiableTables > limits.unverifiableTables;
        const { verdict } = assess(rungs, list, limits, null);
        if (isOver) assert.ok(verdict === 'failed' || verdict === 'unbracketed', verdict);
      }),
      runs,
    );
  });

  test('never calls a run verified of whose rows or bytes more are unproven than the limit, whatever kind of gap it is', () => {
    fc.assert(
      fc.property(ladders, tables, (rungs, list) => {
        const { verdict } = assess(rungs, list, limits, null);
        if (verdict !== 'exact' && verdict !== 'bounded') return;
        const whole = { rows: 0, unprovenRows: 0, bytes: 0, unprovenBytes: 0 };
        for (const { status, rows, bytes, unverifiableRows } of list) {
          whole.rows += Number(rows);
          whole.bytes += bytes;
          whole.unprovenRows += status === 'proven' ? unverifiableRows : Math.max(unverifiableRows, Number(rows));
          whole.unprovenBytes += status === 'proven' ? 0 : bytes;
        }
        assert.ok(whole.unprovenRows <= whole.rows * limits.unverifiableRowShare);
        assert.ok(whole.unprovenBytes <= whole.bytes * limits.unverifiableRowShare);
      }),
      runs,
    );
  });

  const passed = ladder.map((name): LadderRung => ({ name, status: 'passed', summary: 's', findings: [] }));
  const tableOf = (change: Partial<TableVerdict>): TableVerdict => ({
    table: 'public.t',
    status: 'proven',
    rows: '110',
    bytes: 8192,
    matchedRows: 0,
    unverifiableRows: 0,
    ...change,
  });

  test('counts the rows of a table that could not be proven', () => {
    const unproven = tableOf({ status: 'unverifiable', rows: '1000000', bytes: 1, unverifiableRows: 1_000_000 });
    const { verdict, summary } = assess(passed, [tableOf({}), unproven], limits, null);
    assert.equal(verdict, 'failed');
    assert.match(summary, /limit is 1 % of the rows; 110 of 1000110 rows of the database in 1 of 2 tables are proven/);
  });

  test('counts the bytes of a table that could not be proven', () => {
    const unproven = tableOf({ status: 'unverifiable', rows: '1', bytes: 1_000_000 });
    const { verdict, summary } = assess(passed, [tableOf({ rows: '1000' }), unproven], limits, null);
    assert.equal(verdict, 'failed');
    assert.match(summary, /limit is 1 % of the bytes/);
  });

  test('takes pages of large objects for no rows', () => {
    const pages = tableOf({ table: 'pg_catalog.pg_largeobject', rows: '7' });
    assert.match(
      assess(passed, [tableOf({}), pages], limits, null).summary,
      /^110 of 110 rows of the database in 2 tables and 7 of 7 pages of large objects are proven/,
    );
    const lost = { ...pages, unverifiableRows: 7, status: 'unverifiable' as const, bytes: 1_000_000 };
    assert.equal(assess(passed, [tableOf({}), lost], limits, null).verdict, 'failed');
  });

  test('names all that could not be proven, and its share of all bytes', () => {
    const page = tableOf({ table: 'pg_catalog.pg_largeobject', rows: '700', bytes: 1_000_000, unverifiableRows: 1 });
    const large = tableOf({ rows: '1000', bytes: 1_000_000, unverifiableRows: 1 });
    const empty = tableOf({ status: 'unverifiable', rows: '0', bytes: 0 });
    const ofTables = (...list: TableVerdict[]) => assess(passed, list, limits, null).summary.split('unverifiable: ')[1];
    assert.equal(ofTables(large, page), '1 row (0.1 %), 1 page of large objects, 0.12 % of all bytes');
    assert.equal(
      ofTables(tableOf({}), { ...page, unverifiableRows: 2 }),
      '2 pages of large objects, 0.28 % of all bytes',
    );
    assert.equal(ofTables(large, empty), '1 row (0.1 %), 1 table, 0.1 % of all bytes');
    assert.equal(ofTables(tableOf({}), empty), '1 table');
  });

  test('calls exact only a run that proved everything', () => {
    fc.assert(
      fc.property(ladders, tables, (rungs, list) => {
        const isWhole =
          rungs.every(({ status }) => status === 'passed') &&
          list.every(({ status, unverifiableRows }) => status === 'proven' && unverifiableRows === 0);
        assert.equal(assess(rungs, list, limits, null).verdict === 'exact', isWhole);
      }),
      runs,
    );
  });

  test('calls unbracketed only a run in which nothing but the bracket failed', () => {
    fc.assert(
      fc.property(ladders, tables, (rungs, list) => {
        const failed = rungs.filter(({ status }) => status === 'failed').map(({ name }) => name);
        const isUnbracketed =
          failed.length === 1 && failed[0] === 'bracket' && list.every(({ status }) => status !== 'failed');
        assert.equal(assess(rungs, list, limits, null).verdict === 'unbracketed', isUnbracketed);
      }),
      runs,
    );
  });

  test('always says why', () => {
    fc.assert(
      fc.property(ladders, tables, fc.option(fc.constant(failure)), (rungs, list, failed) => {
        assert.ok(assess(rungs, list, limits, failed).summary.length > 0);
      }),
    );
  });

  test('takes one unverifiable row of an empty database for all of its rows', () => {
    const all = ladder.map((name): LadderRung => ({ name, status: 'passed', summary: 's', findings: [] }));
    const table: TableVerdict = {
      table: 't',
      status: 'proven',
      rows: '0',
      bytes: 0,
      matchedRows: 0,
      unverifiableRows: 1,
    };
    assert.equal(assess(all, [table], { ...limits, unverifiableRowShare: 0.5 }, null).verdict, 'failed');
  });
});

describe('the whole ladder', () => {
  test('has every rung once and in order, and those that nobody reported as not run', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...ladder]), (reported) => {
        const rungs = reported.map((name): Rung => ({ name, status: 'passed', summary: 's', findings: [] }));
        const whole = wholeLadder(rungs);
        assert.deepEqual(
          whole.map(({ name }) => name),
          ladder,
        );
        assert.deepEqual(
          whole.filter(({ status }) => status === 'not run').map(({ name }) => name),
          ladder.filter((name) => !reported.includes(name)),
        );
      }),
    );
  });

  test('of a run in which nothing ran is failed', () => {
    assert.equal(assess(wholeLadder([]), [], limits, null).verdict, 'failed');
  });
});
