import assert from 'node:assert/strict';
import type { Rung, TableVerdict } from '../../../../../shared/contracts/verification.ts';
import type { SequenceState } from '../../../../../shared/contracts/witness.ts';
import { boundedText } from '../../../../../shared/domain/verification/bounded-text.ts';
import { placeSnapshot } from '../../../../../shared/domain/verification/bracket.ts';
import { compareCollations } from '../../../../../shared/domain/verification/compare-collations.ts';
import { compareSchema, compareSequences } from '../../../../../shared/domain/verification/compare-schema.ts';
import { settleTable, type TableMatch } from '../../../../../shared/domain/verification/compare-table.ts';
import { countProof, countsText, unprovenShares } from '../../../../../shared/domain/verification/proof-counts.ts';
import { originOf } from '../../../../../shared/domain/verification/row-origin.ts';
import { assess, wholeLadder } from '../../../../../shared/domain/verification/verdict.ts';
import { whoseFault } from '../../../../../shared/domain/verification/whose-fault.ts';

/** Edges that drawn examples meet by chance only: each by itself. */
const beat = (number: number) => ({ beat: String(number), at: `t${number}`, lsn: `0/${number}`, xid: String(number) });
const end = (number: number) => ({ snapshot: '1:9:', at: `t${number}`, lsn: '0/0', beat: String(number) });
const placed = (number: number | undefined) =>
  placeSnapshot(
    { s1: end(5), s2: end(8), heartbeats: [5, 6, 7, 8].map(beat) },
    number === undefined ? undefined : beat(number),
  );

describe('a snapshot', () => {
  test('lies inside from S1’s beat on and before S2’s', () => {
    const at = [undefined, 4, 5, 7, 8, 9].map((number) => placed(number).position);
    assert.deepEqual(at, ['before', 'before', 'inside', 'inside', 'after', 'after']);
    assert.equal(placed(4).reason, 'newest heartbeat is 4 of t4, S1 has 5 of t5');
    assert.equal(placed(8).reason, 'newest heartbeat is 8 of t8, S2 has 8 of t8');
  });

  test('whose beat the source wrote otherwise is of another time line', () => {
    const heartbeats = [5, 6, 7].map(beat);
    for (const change of [{ lsn: '0/99' }, { xid: '99' }])
      assert.equal(
        placeSnapshot({ s1: end(5), s2: end(8), heartbeats }, { ...beat(6), ...change }).position,
        'foreign',
      );
  });
});

const rung = (name: Rung['name'], status: Rung['status'] = 'passed'): Rung => ({
  name,
  status,
  summary: 's',
  findings: [],
});
const table = (change: Partial<TableVerdict> = {}): TableVerdict => ({
  ...{ table: 'a', status: 'proven', rows: '1000', bytes: 8192, matchedRows: 0, unverifiableRows: 0 },
  ...change,
});
const limits = { unverifiableRowShare: 0.01, unverifiableTables: 1 };
const all = (...changed: readonly Rung[]) =>
  wholeLadder([]).map(({ name }) => changed.find((one) => one.name === name) ?? rung(name));
const verdictOf = (tables: readonly TableVerdict[], ...changed: readonly Rung[]) =>
  assess(all(...changed), tables, limits, null);

describe('a verdict', () => {
  test('is unbracketed when only the bracket failed, and failed when anything else did', () => {
    assert.equal(verdictOf([table()], rung('bracket', 'failed')).verdict, 'unbracketed');
    assert.equal(verdictOf([table()], rung('bracket', 'failed'), rung('schema', 'failed')).verdict, 'failed');
    const failed = table({ status: 'failed', reason: 'differs' });
    for (const tables of [[table(), failed], [failed, table()], [failed]])
      assert.deepEqual(verdictOf(tables), { verdict: 'failed', summary: 'a: differs' });
  });

  test('is failed by what was not run, and says what', () => {
    const some = wholeLadder([rung('reachable')]);
    const { verdict, summary } = assess(some, [table()], limits, null);
    assert.equal(verdict, 'failed');
    assert.match(summary, /^not run: identity, version, .*assertions$/);
  });

  test('is bounded at its limits, and failed beyond them', () => {
    assert.equal(verdictOf([table()]).verdict, 'exact');
    assert.equal(verdictOf([table({ unverifiableRows: 10 })]).verdict, 'bounded');
    assert.match(verdictOf([table({ unverifiableRows: 11 })]).summary, /limit is 1 % of the rows/);
    const small = table({ table: 'b', status: 'unverifiable', rows: '0', bytes: 0 });
    assert.equal(verdictOf([table(), small]).verdict, 'bounded');
    const { verdict, summary } = verdictOf([table(), small, small]);
    assert.equal(verdict, 'failed');
    assert.match(summary, /2 tables.*; limit is 1 tables/);
  });

  test('names a table that only the copy has, which is no share of what the source has', () => {
    const swapped = table({ table: 'b', status: 'unverifiable', rows: '0', bytes: 1 << 30, onlyInCopy: true });
    const { verdict, summary } = verdictOf([table(), swapped, swapped], rung('tables', 'gap'));
    assert.equal(verdict, 'bounded');
    assert.match(
      summary,
      /^1000 of 1000 rows of the database in 1 tables .*; unverifiable: 2 tables of the bracket alone$/,
    );
    assert.equal(verdictOf([table({ unverifiableRows: 11 }), swapped]).verdict, 'failed');
  });

  test('names gaps, but not those of tables that are counted by themselves', () => {
    const small = table({ table: 'b', status: 'unverifiable', rows: '0', bytes: 0 });
    assert.match(verdictOf([table()], rung('schema', 'gap'), rung('tables', 'gap')).summary, /gaps in schema, tables/);
    const counted = verdictOf([table(), small], rung('tables', 'gap'));
    assert.match(counted.summary, /unverifiable: 1 table$/);
  });
});

describe('whose fault it is', () => {
  const finding = (status: 'gap' | 'failed', problem: string) => [{ object: 'a', status, problem }];
  test('is not decided by gaps and by what is proven', () => {
    const rungs = [{ status: 'gap' as const, findings: finding('gap', 'anything') }];
    assert.equal(whoseFault(rungs, [table({ reason: 'written at our logins' })], null), undefined);
    assert.equal(whoseFault(rungs, [], { error: 'CredentialsRejectedError' })?.blamed, 'the environment');
    const ofSource = [{ status: 'failed' as const, findings: finding('failed', 'damaged in the source, too: x') }];
    assert.equal(whoseFault([...rungs, ...ofSource], [table({ reason: 'r' })], null)?.blamed, 'the source');
    assert.equal(whoseFault(ofSource, [table({ status: 'failed' })], null)?.blamed, 'the backup');
  });
});

describe('an object of the schema', () => {
  const compared = (
    before: string | undefined,
    after: string | undefined,
    copy: string | undefined,
    isOfBracket = false,
  ) => {
    const of = (value: string | undefined) => (value === undefined ? {} : { a: value });
    const [found] = compareSchema(of(before), of(after), of(copy), () => isOfBracket);
    return found === undefined ? undefined : `${found.status}: ${found.problem}`;
  };
  test('is what it was, or is named', () => {
    assert.equal(compared('d 1', 'd 1', 'd 1'), undefined);
    assert.equal(compared('d 1', 'd 1', undefined), 'failed: is missing from the copy');
    assert.equal(compared('d 1', 'd 1', 'e 1'), 'failed: is defined otherwise in the copy');
    assert.equal(compared(undefined, undefined, 'd 1'), 'failed: is in the copy alone');
    assert.equal(compared(undefined, undefined, 'd 1', true), 'gap: was made and removed between S1 and S2');
    assert.equal(compared('d 1', 'e 2', 'd 1'), 'gap: changed between S1 and S2');
    assert.equal(compared('d 1', 'd 2', 'e 1'), 'gap: was changed between S1 and S2, and changed back');
    assert.equal(compared('? why', 'd 1', 'd 1'), 'gap: why');
    assert.equal(compared('d 1', 'd 1', '? why'), 'failed: why of the copy');
  });

  test('of which nobody says that the bracket made it fails', () => {
    assert.equal(compareSchema({}, {}, { a: 'd 1' })[0]?.status, 'failed');
  });
});

describe('a sequence', () => {
  const state = (lastValue: string | null, change: Partial<SequenceState> = {}): SequenceState => ({
    ...{ sequence: 's', lastValue, increment: '1', cache: '1', cycles: false },
    ...change,
  });
  const compared = (before: SequenceState, after: SequenceState | undefined, copy: SequenceState | undefined) =>
    compareSequences([before], after === undefined ? [] : [after], copy === undefined ? [] : [copy]).map(
      ({ status, problem }) => `${status}: ${problem.split(':')[0]}`,
    )[0];
  test('may stand from S1’s value to 32 steps and its cache beyond S2’s, in its own direction', () => {
    const by = (increment: string, values: readonly [number, number, number]) => {
      const [before, after, copy] = values.map((value) => state(String(value), { increment, cache: '5' }));
      return compared(before ?? state(null), after, copy);
    };
    assert.equal(by('10', [100, 200, 100]), undefined);
    assert.equal(by('10', [100, 200, 90]), 'failed: is set back');
    assert.equal(by('10', [100, 200, 200 + 370]), undefined);
    assert.equal(by('10', [100, 200, 200 + 371]), 'failed: is ahead');
    assert.equal(by('-10', [-100, -200, -90]), 'failed: is set back');
    assert.equal(by('-10', [-100, -200, -200 - 370]), undefined);
    assert.equal(by('-10', [-100, -200, -200 - 371]), 'failed: is ahead');
    assert.equal(by('1', [200, 100, 150]), 'gap: was set back or wrapped between S1 and S2');
  });

  test('that was dropped is a gap, that is missing fails, that cycles may be anywhere ahead', () => {
    assert.equal(compared(state('1'), undefined, undefined), 'gap: was dropped between S1 and S2');
    assert.equal(compared(state('1'), state('1'), undefined), 'failed: is missing from the copy');
    const cycling = (value: string) => state(value, { cycles: true });
    assert.equal(compared(cycling('1'), cycling('2'), cycling('900')), undefined);
    assert.equal(compared(state(null), state(null), state('900')), undefined, 'nothing is known of its values');
    const first = (value: string | null) => state(value, { first: '5' });
    assert.equal(compared(first(null), first(null), state(null, { first: '7' })), 'failed: stands elsewhere');
  });

  test('that is unlogged is a gap, with what draws from it', () => {
    const of = (unlogged: readonly string[]) =>
      compareSequences([state('1', { unlogged: [...unlogged] })], [], [])[0]?.problem ?? '';
    assert.match(of([]), /back to its start$/);
    assert.match(of(['t.a']), /start; t\.a draws from it$/);
    assert.match(of(['t.a', 't.b']), /start; t\.a, t\.b draw from it$/);
  });
});

describe('rows that the copy alone has', () => {
  const match: TableMatch = {
    ...{ table: 'a', bytes: 8192, rows: 10n, problems: [], matchedRows: 0, bornAndKilled: 0 },
    ...{
      strangers: [],
      own: [],
      newestPresent: 0n,
      presentInserted: 0,
      absentInserted: [],
      presentDeleted: [],
      absentDeleted: [],
    },
  };
  const stranger = (transaction: bigint, rows: number) => ({ transaction, rows, ctids: [] });
  const settled = (change: Partial<TableMatch>, loginTrigger?: string) =>
    settleTable({ ...match, ...change }, 100n, () => null, { isForged: (one) => one === 7n, loginTrigger });

  test('fail when the source cannot have had them, each maker by himself', () => {
    assert.equal(settled({ strangers: [stranger(6n, 3)] }).status, 'proven');
    assert.equal(
      settled({ strangers: [stranger(6n, 3), stranger(7n, 1)] }).reason,
      '1 row is in the copy alone, and the source never had it',
    );
    assert.match(settled({ strangers: [stranger(7n, 2)] }).reason ?? '', /^2 rows are .* never had them$/);
    assert.equal(settled({ own: [stranger(9n, 1)] }).reason, '1 row was inserted on the copy itself');
    assert.match(settled({ own: [stranger(9n, 2)] }).reason ?? '', /^2 rows were inserted/);
  });

  test('are excused by a trigger that writes at our own logins, which is named', () => {
    for (const change of [{ strangers: [stranger(7n, 1)] }, { own: [stranger(9n, 1)] }]) {
      const { status, reason } = settled(change, 'audit');
      assert.equal(status, 'proven');
      assert.match(reason ?? '', /^event trigger audit writes at our own logins/);
    }
    assert.equal(settled({}, 'audit').reason, undefined);
    assert.equal(settled({ own: [stranger(9n, 2)] }, 'audit').unverifiableRows, 2);
  });

  test('are of the copy from the second beat on that it lacks, in whatever order the beats are told', () => {
    const facts = { bound: 10n, s2: '50:60:', newestBeat: 3n, absent: new Set([15n]), copyBegins: 40n };
    const heartbeats = [beat(30), beat(3), beat(20)];
    const origin = originOf({ ...facts, heartbeats });
    assert.deepEqual([10n, 11n, 15n, 20n, 21n, 29n, 30n, 31n, 60n].map(origin), [
      'source',
      'unknown',
      'copy',
      'copy',
      'unknown',
      'unknown',
      'copy',
      'copy',
      'copy',
    ]);
    assert.equal(originOf({ ...facts, heartbeats: [beat(20)] })(39n), 'unknown');
    assert.equal(originOf({ ...facts, heartbeats: [] })(40n), 'copy');
  });
});

describe('what is counted as unproven', () => {
  const counted = (...tables: readonly TableVerdict[]) => countProof(tables);
  test('is all of a table that is not proven, and the rows of one that is', () => {
    assert.equal(counted(table({ unverifiableRows: 3 })).rows.unproven, '3');
    assert.equal(counted(table({ status: 'unverifiable', unverifiableRows: 3 })).rows.unproven, '1000');
    assert.equal(counted(table({ status: 'unverifiable', unverifiableRows: 1001 })).rows.unproven, '1001');
    assert.equal(counted(table({ rows: '0', status: 'proven', unverifiableRows: 3 })).rows.proven, '0');
  });

  test('is all of nothing when anything is, and no page of a large object is a row', () => {
    assert.deepEqual(unprovenShares(counted(table({ rows: '0', bytes: 0 }))), { rows: 0, bytes: 0 });
    assert.equal(unprovenShares(counted(table({ rows: '0', bytes: 0, unverifiableRows: 2 }))).rows, 1);
    const pages = counted(table({ table: 'pg_catalog.pg_largeobject', rows: '8', bytes: 65_536, unverifiableRows: 2 }));
    assert.equal(pages.bytes.unproven, 4096, 'a page has 2048 bytes at most');
    assert.match(countsText(pages), /and 6 of 8 pages of large objects$/);
  });
});

test('a collation that the source did not use says nothing of its indexes', () => {
  const indexes = new Map([['de', Array.from({ length: 11 }, (_, index) => `i${index}`)]]);
  assert.deepEqual(compareCollations({}, { de: '2' }, indexes), []);
  assert.deepEqual(compareCollations({ de: '2' }, { de: '2' }, indexes), []);
  const [gap] = compareCollations({ de: '1' }, { de: '2' }, indexes);
  assert.equal(gap?.object, 'collation de');
  assert.match(gap?.problem ?? '', /i9 and 1 more\. After/);
});

test('a long text keeps its two ends and says how much is left out', () => {
  const text = `${'a'.repeat(500)}${'z'.repeat(500)}`;
  const bounded = boundedText(text, 240);
  assert.equal(bounded.length, 240);
  assert.match(bounded, /^a+ … 760 characters are left out … z+$/);
  assert.equal(boundedText(text, 1000), text);
  assert.equal(boundedText('x'.repeat(200), 10).trim(), '… 190 characters are left out …');
});
