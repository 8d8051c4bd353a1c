import assert from 'node:assert/strict';
import {
  type BothSides,
  type Said,
  safetyViolations,
  saidViolations,
} from '../../../../sandbox/workflows/dr-promotion/switch-violations.ts';

const at = (seconds: number) => Date.UTC(2026, 10, 30, 5, 0, seconds);
const iso = (seconds: number) => new Date(at(seconds)).toISOString();
const row = (id: number, seconds: number) => ({ id, sentAt: at(seconds), at: at(seconds) });

const [home, away] = ['us-east-1/fantasy-dev', 'us-west-2/fantasy-dr'];
const expected = { old: home, new: away, target: 'fantasy-dr.example.com' };
const fence = { kind: 'fenced' as const, epoch: 4, roles: ['app'], endedSessions: 1, lsn: '0/30', at: iso(10) };
const leaseOver = { kind: 'lease over' as const, epoch: 4, observed: 'no answer', at: iso(10) };

const promoted: Said = {
  ...{
    result: 'promoted',
    severity: 'P1',
    fence,
    lossSeconds: 0,
    isRecorded: true,
    mayTurnAt: iso(14),
    left: ['Leave the fence up.'],
  },
  confirmed: { name: 'n', target: expected.target, role: 'app', transaction: '8', at: iso(20) },
  ...{ nameFailure: null, hardenFailure: null },
};
const switched: BothSides = {
  ...{ isSwitched: true, isHardened: true, oldRefusal: 'may not log in', newRefusal: null },
  ...{ isOpenConnectionTaken: false, holder: away, target: expected.target, turnedAt: at(18), isPaged: true },
  ...{ oldWrites: [row(1, 5), row(2, 9)], newWrites: [row(3, 15)], there: new Set([1, 2, 3]) },
};
const before: BothSides = {
  ...switched,
  ...{
    isSwitched: false,
    isHardened: false,
    oldRefusal: null,
    newRefusal: 'may not log in',
    isOpenConnectionTaken: true,
  },
  ...{
    holder: home,
    target: 'fantasy-dev.example.com',
    turnedAt: null,
    isPaged: false,
    newWrites: [],
    there: new Set([1]),
  },
};
const none: BothSides = { ...before, oldRefusal: 'may not log in', isOpenConnectionTaken: false, isPaged: true };
const said = (result: Said['result'], changes: Partial<Said> = {}): Said => ({
  ...promoted,
  ...{ result, severity: 'P2', mayTurnAt: null, confirmed: null, lossSeconds: null, left: [] },
  ...changes,
});
const sql = ["as gameday_fence on 'fantasy-dev': select gameday.lift_fence(4)"];
const all = (record: Said | undefined, world: BothSides): string =>
  [...safetyViolations(record, world), ...(record === undefined ? [] : saidViolations(record, world, expected))].join(
    '; ',
  );

describe('what must hold after a switch', () => {
  test('holds after a good one, one that was undone, and honest ends in which nobody can write', () => {
    assert.equal(all(promoted, switched), '');
    for (const result of ['refused', 'undone', 'stopped'] as const) assert.equal(all(said(result), before), '');
    assert.equal(all(said('not undone', { severity: 'P1', left: sql }), none), '');
    assert.equal(
      all(said('unfinished', { severity: 'P1', left: sql, lossSeconds: 0 }), { ...none, isSwitched: true }),
      '',
    );
  });

  for (const [title, record, world, wanted] of [
    [
      'a row on the old primary after the new one took one',
      promoted,
      { ...switched, oldWrites: [row(1, 16)] },
      /two writers: 1 rows/,
    ],
    ['credentials of before that both take', promoted, { ...switched, oldRefusal: null }, /two writers: both/],
    [
      'a connection that stayed open',
      promoted,
      { ...switched, isOpenConnectionTaken: true },
      /two writers: a connection/,
    ],
    [
      'a row after the fence',
      promoted,
      { ...switched, oldWrites: [row(1, 11)] },
      /took 1 rows after it was said to be 'fenced'/,
    ],
    ['a row that is lost without a word', promoted, { ...switched, there: new Set([1]) }, /1 rows are neither/],
    [
      'a row that is lost by an end that nobody recorded',
      undefined,
      { ...switched, there: new Set([1]) },
      /1 rows are neither/,
    ],
    ['none, and no page', said('refused'), { ...none, isPaged: false }, /nobody was paged/],
    [
      'no loss of a primary that nobody reached',
      { ...promoted, fence: leaseOver },
      switched,
      /nothing is lost of a primary/,
    ],
    ['no loss at all', { ...promoted, lossSeconds: null }, switched, /no loss is declared/],
    ['a name that turned early', promoted, { ...switched, turnedAt: at(13) }, /nobody had verified/],
    [
      'a name that turned to what is not open',
      said('unfinished', { severity: 'P1', left: sql, lossSeconds: 0 }),
      { ...none, isSwitched: true, turnedAt: at(13) },
      /nobody had verified/,
    ],
    ['a name that leads elsewhere', promoted, { ...switched, target: 'x' }, /leads to 'x'/],
    ['no client', { ...promoted, confirmed: null }, switched, /no client/],
    ['no backups', promoted, { ...switched, isHardened: false }, /no backups/],
    ['a lease of the old one', promoted, { ...switched, holder: home }, /the lease is/],
    ['a new primary that refuses', promoted, { ...switched, newRefusal: 'no' }, /the new primary refuses/],
    ['a replica', promoted, { ...switched, isSwitched: false }, /the replica is one still/],
    ['a refusal over a new primary', said('refused'), { ...before, isSwitched: true }, /there is another primary/],
    ['undone, and the fence is up', said('undone'), { ...none }, /the primary refuses/],
    ['undone, and the lease is given away', said('undone'), { ...before, holder: away }, /the lease is/],
    ['not undone, and nobody is told how', said('not undone', { severity: 'P1' }), none, /how to lift/],
    ['not undone, and nobody is woken', said('not undone', { left: sql }), none, /severity is P2/],
    [
      'unfinished, and the old one takes rows',
      said('unfinished', { severity: 'P1', left: sql, lossSeconds: 0 }),
      { ...before, isSwitched: true },
      /the old primary takes rows/,
    ],
    [
      'unfinished, and nobody is told how',
      said('unfinished', { severity: 'P1', lossSeconds: 0 }),
      { ...none, isSwitched: true },
      /how to let/,
    ],
  ] as [string, Said | undefined, BothSides, RegExp][])
    test(`does not hold: ${title}`, () => assert.match(all(record, world), wanted));
});
