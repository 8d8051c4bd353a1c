import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TableVerdict } from '../../../../../shared/contracts/verification.ts';
import { matchTable, questionsOf, settleTable } from '../../../../../shared/domain/verification/compare-table.ts';
import { newestOf } from '../../../../../shared/domain/verification/transaction-ids.ts';
import { type History, type Instant, plans, simulate, visibleAt } from './mvcc-history.ts';
import { type CopyRow, copyOf, fates, witnessOf } from './mvcc-witness.ts';

const tables = [0, 1];
const runs = { numRuns: 1000 };

type Copy = ReadonlyMap<number, readonly CopyRow[]>;

const soundCopy = (history: History, instant: Instant): Copy =>
  new Map(tables.map((table) => [table, visibleAt(history, instant).filter((version) => version.table === table)]));

/** The copy's newest heartbeat, which verify-tables.ts takes for the bound that the rows may raise. */
function heartbeatAt(history: History, instant: Instant): bigint {
  return history.beats.reduce((newest, { xid, time }) => (time < instant.time && xid > newest ? xid : newest), 0n);
}

/** Does what verify-tables.ts does with a copy, and answers as pg_xact_status does. */
function verify(history: History, instant: Instant, copy: Copy): { verdicts: TableVerdict[]; bound: bigint } {
  const matches = tables.map((table) => {
    const witness = witnessOf(history, table);
    return matchTable(witness, copyOf(copy.get(table) ?? [], witness, history, instant), newestOf(history.s2));
  });
  const bound = matches.reduce(
    (newest, { newestPresent }) => (newestPresent > newest ? newestPresent : newest),
    heartbeatAt(history, instant),
  );
  const statusOf = (xid: bigint) => {
    if (xid >= instant.nextXid) throw new Error(`transaction ID ${xid} is in the future`);
    return history.isCommitted(xid, instant) ? 'committed' : 'aborted';
  };
  for (const xid of matches.flatMap(questionsOf).filter((transaction) => transaction <= bound)) statusOf(xid);
  return { verdicts: matches.map((match) => settleTable(match, bound, statusOf)), bound };
}

const replaced = (copy: Copy, table: number, rows: readonly CopyRow[]): Copy => new Map([...copy, [table, rows]]);
const histories = plans.map(simulate);
const withInstant = fc
  .tuple(histories, fc.nat())
  .map(([history, index]) => ({ history, instant: history.between[index % history.between.length] ?? history.s1 }));

describe('a sound copy', () => {
  test('is never failed, wherever its instant lies in the bracket', () => {
    fc.assert(
      fc.property(histories, (history) => {
        for (const instant of history.between) {
          for (const verdict of verify(history, instant, soundCopy(history, instant)).verdicts) {
            assert.equal(verdict.status, 'proven', verdict.reason);
          }
        }
      }),
      runs,
    );
  });

  test('leaves unverifiable exactly the rows born and killed in the bracket and those whose killer is not reported', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { atS1, atS2, killerOf } = fates(history);
        for (const instant of history.between) {
          const here = visibleAt(history, instant);
          const { verdicts, bound } = verify(history, instant, soundCopy(history, instant));
          for (const table of tables) {
            const bornAndKilled = here.filter((row) => row.table === table && !atS1.has(row) && !atS2.has(row));
            const unknownFate = [...atS1].filter((row) => {
              const killer = killerOf(row);
              return (
                row.table === table && !atS2.has(row) && !here.includes(row) && (killer === null || killer > bound)
              );
            });
            assert.equal(verdicts[table]?.unverifiableRows, bornAndKilled.length + unknownFate.length);
          }
        }
      }),
      runs,
    );
  });

  test('matches singly every listed row that it holds', () => {
    fc.assert(
      fc.property(withInstant, ({ history, instant }) => {
        const copy = soundCopy(history, instant);
        const { verdicts } = verify(history, instant, copy);
        for (const table of tables) {
          const { deleted, kept, inserted } = witnessOf(history, table);
          const held = new Set((copy.get(table) ?? []).map(({ ctid, xmin }) => `${ctid} ${xmin % 2n ** 32n}`));
          const listed = [...deleted, ...kept, ...inserted].filter(([ctid, xmin]) => held.has(`${ctid} ${xmin}`));
          assert.equal(verdicts[table]?.matchedRows, listed.length);
        }
      }),
      runs,
    );
  });
});

describe('one corruption fails the copy', () => {
  let corruptions = 0;
  beforeEach(() => {
    corruptions = 0;
  });
  afterEach(() => assert.ok(corruptions > 200, `only ${corruptions} corruptions were tried`));

  /** Applies `corrupt` to every row of the copy in turn; rows for which it returns undefined are left out. */
  const eachRow = (
    { history, instant }: { history: History; instant: Instant },
    corrupt: (row: CopyRow, table: number) => readonly CopyRow[] | undefined,
  ) => {
    const copy = soundCopy(history, instant);
    for (const [table, rows] of copy) {
      for (const row of rows) {
        const instead = corrupt(row, table);
        if (instead === undefined) continue;
        const corrupted = replaced(
          copy,
          table,
          rows.flatMap((other) => (other === row ? instead : [other])),
        );
        expectFailed(history, instant, corrupted, table);
      }
    }
  };
  const expectFailed = (history: History, instant: Instant, copy: Copy, table: number) => {
    const verdict = verify(history, instant, copy).verdicts[table];
    assert.equal(verdict?.status, 'failed');
    assert.ok(verdict.reason);
    corruptions += 1;
  };
  /** The newest transaction that the copy without one row still proves. */
  const boundWithout = (history: History, instant: Instant, table: number, row: CopyRow) => {
    const copy = soundCopy(history, instant);
    return verify(
      history,
      instant,
      replaced(
        copy,
        table,
        (copy.get(table) ?? []).filter((other) => other !== row),
      ),
    ).bound;
  };
  const isBornAndKilled = (history: History, row: CopyRow) => {
    const { atS1, atS2 } = fates(history);
    return ![...atS1, ...atS2].some((version) => version === row);
  };

  test('when a value of a row is changed', () => {
    fc.assert(
      fc.property(withInstant, fc.bigInt(1n, 2n ** 63n - 1n), (drawn, change) => {
        eachRow(drawn, (row) =>
          isBornAndKilled(drawn.history, row)
            ? undefined
            : [{ ...row, hash: String(BigInt.asIntN(64, BigInt(row.hash) ^ change)) }],
        );
      }),
      runs,
    );
  });

  test('when a row is removed that is in S1 and in S2', () => {
    fc.assert(
      fc.property(withInstant, (drawn) => {
        const { atS1, atS2 } = fates(drawn.history);
        const inBoth = [...atS1].filter((version) => atS2.has(version));
        eachRow(drawn, (row) => (inBoth.some((version) => version === row) ? [] : undefined));
      }),
      runs,
    );
  });

  test('when a row is removed whose deleting transaction the copy knows and does not hold', () => {
    fc.assert(
      fc.property(withInstant, (drawn) => {
        const { history, instant } = drawn;
        const { atS1, atS2, killerOf } = fates(history);
        eachRow(drawn, (row, table) => {
          const version = [...atS1].find((other) => other === row);
          if (version === undefined || atS2.has(version)) return undefined;
          const killer = killerOf(version);
          return killer !== null && killer <= boundWithout(history, instant, table, row) ? [] : undefined;
        });
      }),
      runs,
    );
  });

  test('when an inserted row is removed whose transaction the copy holds', () => {
    fc.assert(
      fc.property(withInstant, (drawn) => {
        const { history, instant } = drawn;
        const { atS1, atS2 } = fates(history);
        const inserted = [...atS2].filter((version) => !atS1.has(version));
        eachRow(drawn, (row, table) =>
          inserted.some((version) => version === row) && row.xmin <= boundWithout(history, instant, table, row)
            ? []
            : undefined,
        );
      }),
      runs,
    );
  });

  test('when a row is back whose deleting transaction the copy holds', () => {
    fc.assert(
      fc.property(withInstant, ({ history, instant }) => {
        const { atS1, atS2, killerOf } = fates(history);
        const copy = soundCopy(history, instant);
        const here = new Set(visibleAt(history, instant));
        const { bound } = verify(history, instant, copy);
        for (const version of atS1) {
          const killer = killerOf(version);
          if (atS2.has(version) || here.has(version) || killer === null || killer > bound) continue;
          const rows = [...(copy.get(version.table) ?? []), version];
          expectFailed(history, instant, replaced(copy, version.table, rows), version.table);
        }
      }),
      runs,
    );
  });

  test('when a row is added whose transaction is older than S1', () => {
    fc.assert(
      fc.property(withInstant, fc.constantFrom(...tables), fc.bigInt(1n, 2n ** 31n), (drawn, table, distance) => {
        const { history, instant } = drawn;
        const copy = soundCopy(history, instant);
        const xmin = history.s1.xmin - distance > 2n ? history.s1.xmin - distance : 2n;
        const foreign = { ctid: '(16384,9999)', xmin, hash: '4711' };
        expectFailed(history, instant, replaced(copy, table, [...(copy.get(table) ?? []), foreign]), table);
      }),
      runs,
    );
  });
});

test('the histories that are drawn have every kind of row that the rules distinguish', () => {
  const seen = { kept: 0, inserted: 0, deleted: 0, unknownKiller: 0, bornAndKilled: 0, aliased: 0, wrapped: 0 };
  for (const history of fc.sample(histories, { numRuns: 300, seed: 1 })) {
    const { atS1, atS2 } = fates(history);
    for (const table of tables) {
      const witness = witnessOf(history, table);
      seen.kept += witness.kept.length;
      seen.inserted += witness.inserted.length;
      seen.deleted += witness.deleted.length;
      seen.unknownKiller += witness.deleted.filter(([, , , killer]) => killer === null).length;
      seen.aliased += [...atS1].filter(
        (row) =>
          row.table === table &&
          row.xmin < history.s1.xmin &&
          [...witness.kept, ...witness.deleted].some(([ctid]) => ctid === row.ctid) &&
          history.s1.xmin - row.xmin > 2n ** 31n,
      ).length;
    }
    for (const instant of history.between) {
      seen.bornAndKilled += visibleAt(history, instant).filter((row) => !atS1.has(row) && !atS2.has(row)).length;
    }
    if (history.s1.xmin / 2n ** 32n < history.s2.xmax / 2n ** 32n) seen.wrapped += 1;
  }
  for (const [kind, count] of Object.entries(seen)) assert.ok(count > 20, `${kind}: only ${count} drawn`);
});
