import assert from 'node:assert/strict';
import fc from 'fast-check';
import { leastWait, proposedTiming } from '../../../../../shared/domain/lease/lease-timing.ts';
import type { LeaseRegister } from '../../../../../shared/domain/lease/register.ts';
import { isSelfFencing } from '../../../../../shared/domain/lease/self-fencing.ts';
import { planGiveBack, planTakeOver, type TakeOverQuestion } from '../../../../../shared/domain/lease/take-over.ts';
import { observe, type Watch } from '../../../../../shared/domain/lease/watch.ts';

const me = 'us-west-2/fantasy-dr';
const from = 'us-east-1/fantasy-dev';
const names = ['us-east-1', 'us-west-2', 'us-east-2'];
const { waitFor } = proposedTiming;

type Contents = Record<string, LeaseRegister>;
const all = (content: LeaseRegister): Contents => Object.fromEntries(names.map((name) => [name, content]));
const held = all({ epoch: 4, holder: from, counter: 9 });
const readings = (contents: Contents, at: number) =>
  Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, { content, at }]));
const seen = (contents: Contents, at = 0): Watch => observe({}, readings(contents, at));

const asked = (change: Partial<TakeOverQuestion> & { readonly contents?: Contents } = {}) => {
  const { contents = held, now = waitFor + 1, first = seen(contents), ...rest } = change;
  const watch = rest.watch ?? observe(first, readings(contents, now));
  return planTakeOver({ me, from, first, readings: readings(contents, now), watch, now, waitFor, ...rest });
};

describe('a lease that a promotion takes over', () => {
  test('is taken in a higher epoch when it was not renewed for as long as its database may go on by itself', () => {
    const over = asked();
    assert.ok(over.kind === 'take');
    assert.deepEqual([over.pass.epoch, over.pass.writes.length], [5, 3]);
    assert.deepEqual(over.pass.writes[0]?.content, { epoch: 5, holder: me, counter: 10 });
    assert.equal(asked({ now: waitFor }).kind, 'wait');
    assert.ok(waitFor > leastWait(proposedTiming));
  });

  test('is never taken from two registers that may have been written within the wait, whatever else was seen', () => {
    const written = fc.record({
      epoch: fc.constant(4),
      holder: fc.constant(from),
      counter: fc.integer({ min: 9, max: 12 }),
    });
    const three = fc.record(Object.fromEntries(names.map((name) => [name, written])));
    const sinces = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(three, sinces, fc.integer({ min: 0, max: 400_000 }), (contents, since, now) => {
        const watch = Object.fromEntries(
          names.map((name, at) => [name, { content: contents[name] as LeaseRegister, since: since[at] ?? 0 }]),
        );
        const takeOver = asked({ contents: contents as Contents, now, watch, first: watch });
        const old = since.filter((one) => now - one > waitFor).length;
        assert.equal(takeOver.kind, old >= 2 ? 'take' : 'wait');
        if (takeOver.kind !== 'take') return;
        for (const { register } of takeOver.pass.writes) assert.ok(now - (watch[register]?.since ?? now) > waitFor);
      }),
    );
  });

  test('is taken at once behind a fence that is confirmed, up to its epoch and from its holder alone', () => {
    const now = 0;
    assert.equal(asked({ now, fenced: { holder: from, epoch: 4 } }).kind, 'take');
    assert.equal(asked({ now, fenced: { holder: from, epoch: 3 } }).kind, 'wait');
    assert.equal(asked({ now, fenced: { holder: 'us-east-1/other', epoch: 4 } }).kind, 'wait');
  });

  test('is held by a primary that renews it, whatever people say; one write may have been under way', () => {
    const first = seen(held);
    const at = (counter: number) => ({ ...held, 'us-west-2': { epoch: 4, holder: from, counter } });
    const later = (contents: Contents) => asked({ contents, first, now: 60_000 });
    assert.equal(later(at(10)).kind, 'wait');
    const renewed = later(at(11));
    assert.match(
      renewed.kind === 'held' ? renewed.reason : '',
      /renews its lease: register 'us-west-2' went from 9 to 11/,
    );
    assert.equal(later({ ...held, 'us-east-2': { epoch: 5, holder: from, counter: 0 } }).kind, 'held');
    assert.equal(asked({ contents: at(11), first, now: 0, fenced: { holder: from, epoch: 4 } }).kind, 'take');
  });

  test('is nobody else’s to lose: what a third one holds is not taken', () => {
    const other = { ...held, 'us-east-2': { epoch: 6, holder: 'us-east-2/third', counter: 0 } };
    assert.equal(asked({ contents: other, fenced: { holder: from, epoch: 9 } }).kind, 'held');
  });

  test('is held on by whoever has taken it, and is not taken with one register', () => {
    const mine = asked({ contents: { ...held, ...all({ epoch: 5, holder: me, counter: 1 }) }, now: 0 });
    assert.deepEqual(mine.kind === 'take' && [mine.pass.kind, mine.pass.epoch], ['renew', 5]);
    assert.equal(asked({ contents: { 'us-west-2': held['us-west-2'] as LeaseRegister } }).kind, 'wait');
    assert.equal(asked({ contents: all({ epoch: 0, holder: null, counter: 0 }), now: 0 }).kind, 'take');
  });
});

describe('a lease that is given back', () => {
  const back = (contents: Contents) => planGiveBack({ me, to: from, readings: readings(contents, 0) });
  const applied = (contents: Contents, written = names) => ({
    ...contents,
    ...Object.fromEntries(
      back(contents)
        .filter(({ register }) => written.includes(register))
        .map(({ register, content }) => [register, content]),
    ),
  });

  test('is the primary’s in an epoch that no fence has reached, however many writes arrived', () => {
    const taken = { ...held, ...all({ epoch: 5, holder: me, counter: 3 }) };
    const once = applied(taken, ['us-east-1']);
    const twice = applied(once);
    for (const name of names) assert.deepEqual(twice[name], { epoch: 6, holder: from, counter: 4 }, name);
    assert.deepEqual(back(twice), []);
  });

  test('touches nothing that the promotion has not taken', () => {
    assert.deepEqual(back(held), []);
    assert.deepEqual(
      back({ ...held, 'us-west-2': { epoch: 5, holder: me, counter: 0 } }).map(({ register }) => register),
      ['us-west-2'],
    );
  });
});

describe('a primary fences itself', () => {
  const at = Date.UTC(2026, 10, 30);
  const commit = (seconds: number) => new Date(at + seconds * 1000).toISOString();

  test('when its lease was enforced and its dead-man lived at its last transaction', () => {
    assert.equal(isSelfFencing({ mode: 'enforce', deadManAt: at }, commit(5)), true);
    for (const [copied, last] of [
      [undefined, commit(5)],
      [{ mode: 'enforce', deadManAt: at }, null],
      [{ mode: 'observe', deadManAt: at }, commit(5)],
      [{ mode: 'off', deadManAt: at }, commit(5)],
      [{ mode: 'enforce', deadManAt: 0 }, commit(5)],
      [{ mode: 'enforce', deadManAt: at }, commit(61)],
    ] as const)
      assert.equal(isSelfFencing(copied, last), false, JSON.stringify([copied, last]));
  });
});
