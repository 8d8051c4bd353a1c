import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type StatementSample,
  type StatementSnapshot,
  slowQueryReport,
  statementDeltas,
} from '../../../../../shared/domain/logs/slow-queries.ts';

const rule = { factor: 2, leastCalls: 10, leastMilliseconds: 1000, most: 3 };
const statement = (
  queryId: string,
  calls: number,
  milliseconds: number,
  change: Partial<StatementSample> = {},
): StatementSample => ({
  ...{ userId: 10, databaseId: 5, queryId, isTopLevel: true, calls, milliseconds, since: 0 },
  ...change,
});
const snapshot = (
  statements: readonly StatementSample[],
  change: Partial<StatementSnapshot> = {},
): StatementSnapshot => ({
  ...{
    statements,
    evictions: 0,
    resetAt: 0,
    activityResetAt: 0,
    activeMilliseconds: statements.reduce((sum, one) => sum + one.milliseconds, 0),
  },
  ...change,
});

/** A month of a database with four statements, whose calls and times vary by a few percent; each midnight a snapshot. */
function month(slowedOn: number, slowed = 'orders'): StatementSnapshot[] {
  const means: Readonly<Record<string, number>> = { orders: 4, users: 1, report: 900, ping: 0.01 };
  const calls: Readonly<Record<string, number>> = { orders: 50_000, users: 200_000, report: 24, ping: 1_000_000 };
  const totals = new Map(Object.keys(means).map((id) => [id, { calls: 0, milliseconds: 0 }]));
  return Array.from({ length: 30 }, (_, day) => {
    for (const [id, total] of totals) {
      const wobble = 1 + 0.08 * Math.sin(day * 7 + id.length);
      const times = Math.round((calls[id] ?? 0) * wobble);
      total.calls += times;
      total.milliseconds += times * (means[id] ?? 0) * (2 - wobble) * (id === slowed && day >= slowedOn ? 3 : 1);
    }
    return snapshot([...totals].map(([id, total]) => statement(id, total.calls, total.milliseconds)));
  });
}
const reportOf = (days: readonly StatementSnapshot[], day: number) => {
  const [dayBefore, begin, end] = [days[day - 2], days[day - 1], days[day]];
  if (dayBefore === undefined || begin === undefined || end === undefined) throw new Error('no such day');
  return slowQueryReport({ dayBefore, begin, end }, rule);
};

describe('the report of slow statements', () => {
  test('finds the statement that was slowed on the planted day, on that day and on no other', () => {
    const days = month(17);
    const found = Array.from({ length: 28 }, (_, index) => index + 2).flatMap((day) =>
      reportOf(days, day).slowed.map(({ queryId, change }) => [day, queryId, Math.round(change ?? 0)]),
    );
    assert.deepEqual(found, [[17, 'orders', 3]]);
  });

  test('lists what took the most of the server first, and nothing that was not called', () => {
    const begin = snapshot([statement('a', 10, 10), statement('b', 10, 10), statement('idle', 5, 500)]);
    const end = snapshot([statement('a', 20, 30), statement('b', 20, 900), statement('idle', 5, 500)]);
    assert.deepEqual(
      slowQueryReport({ begin, end }, rule).top.map(({ queryId, day }) => [queryId, day.calls, day.milliseconds]),
      [
        ['b', 10, 890],
        ['a', 10, 20],
      ],
    );
  });

  test('says what was evicted, and what share of the activity no statement explains', () => {
    const begin = snapshot([statement('a', 10, 1000)], { activeMilliseconds: 5000 });
    const end = snapshot([statement('a', 20, 4000)], { activeMilliseconds: 9000, evictions: 70 });
    const { evictions, unexplained } = slowQueryReport({ begin, end }, rule);
    assert.deepEqual([evictions, unexplained], [70, 0.25]);
  });

  test('names those that were evicted, the most expensive first, and knows nothing of a share where the activity was reset', () => {
    const begin = snapshot(['a', 'b', 'c', 'd', 'e'].map((id, index) => statement(id, 1, 10 * (index + 1))));
    const end = snapshot([statement('a', 2, 30)], { evictions: 1, activityResetAt: 4, activeMilliseconds: 1e6 });
    const { evicted, evictedInAll, unexplained } = slowQueryReport({ begin, end }, rule);
    assert.deepEqual(
      evicted.map(({ queryId, milliseconds }) => [queryId, milliseconds]),
      [
        ['e', 50],
        ['d', 40],
        ['c', 30],
      ],
    );
    assert.deepEqual([evictedInAll, unexplained], [4, undefined]);
  });

  test('compares with the day four weeks before, and with no day whose counters were reset', () => {
    const [first, second] = [snapshot([statement('a', 100, 100)]), snapshot([statement('a', 200, 200)])];
    const [begin, end] = [snapshot([statement('a', 900, 900)]), snapshot([statement('a', 1000, 1300)])];
    const of = (monthAgo: readonly [StatementSnapshot, StatementSnapshot]) =>
      slowQueryReport({ begin, end, monthAgo }, rule).top[0]?.monthChange;
    assert.equal(of([first, second]), 4);
    assert.equal(of([{ ...first, resetAt: 5 }, second]), undefined);
  });

  test('counts what a function calls once: in the statement that called it', () => {
    const begin = snapshot([], { activeMilliseconds: 0 });
    const end = snapshot([statement('outer', 1, 100), statement('inner', 9, 90, { isTopLevel: false })], {
      activeMilliseconds: 200,
    });
    assert.equal(slowQueryReport({ begin, end }, rule).unexplained, 0.5);
  });

  test('takes one that came back after an eviction for what it shows, and for no time below nothing', () => {
    const deltas = statementDeltas(
      snapshot([statement('a', 10, 100), statement('b', 5, 50)]),
      snapshot([statement('a', 40, 400, { since: 7 }), statement('b', 2, 20)]),
    );
    assert.deepEqual(
      [...deltas.values()],
      [
        { calls: 40, milliseconds: 400 },
        { calls: 2, milliseconds: 20 },
      ],
    );
  });

  test('tells the same text in two databases, for two users and inside a function apart', () => {
    const same = [
      statement('a', 1, 1),
      statement('a', 1, 1, { userId: 11 }),
      statement('a', 1, 1, { databaseId: 6 }),
      statement('a', 1, 1, { isTopLevel: false }),
    ];
    assert.equal(statementDeltas(snapshot([]), snapshot(same)).size, 4);
  });

  test('says nothing of a day in which the counters were reset, and no change where they were the day before', () => {
    const [first, second, third] = [
      snapshot([statement('a', 100, 1000)]),
      snapshot([statement('a', 200, 2000)]),
      snapshot([statement('a', 300, 9000)]),
    ];
    const reset = slowQueryReport({ begin: second, end: { ...third, resetAt: 9 } }, rule);
    assert.deepEqual([reset.isReset, reset.top, reset.slowed, reset.unexplained], [true, [], [], undefined]);
    const later = slowQueryReport({ dayBefore: { ...first, resetAt: 3 }, begin: second, end: third }, rule);
    assert.deepEqual([later.isReset, later.slowed, later.top[0]?.change], [false, [], undefined]);
    assert.equal(slowQueryReport({ dayBefore: first, begin: second, end: third }, rule).slowed.length, 1);
  });

  test('has no time below nothing and no share beyond all, whatever the counters are', () => {
    const samples = fc.array(
      fc.record({
        queryId: fc.constantFrom('a', 'b', 'c'),
        calls: fc.nat(1000),
        milliseconds: fc.nat(100_000),
        since: fc.constantFrom(null, 0, 5),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(samples, samples, fc.nat(1_000_000), (one, other, active) => {
        const of = (list: typeof one, activeMilliseconds: number) =>
          snapshot(
            list.map((each) => statement(each.queryId, each.calls, each.milliseconds, each)),
            { activeMilliseconds },
          );
        const { top, unexplained } = slowQueryReport({ begin: of(one, 0), end: of(other, active) }, rule);
        assert.ok(top.every(({ day }) => day.calls > 0 && day.milliseconds >= 0));
        assert.ok(unexplained === undefined || (unexplained >= 0 && unexplained <= 1));
      }),
    );
  });
});
