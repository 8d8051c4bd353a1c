import assert from 'node:assert/strict';
import { type LeaseQuestion, planPass, planRelease, validUntil } from '../../../../../shared/domain/lease/pass.ts';
import type { LeaseRegister } from '../../../../../shared/domain/lease/register.ts';
import { observe } from '../../../../../shared/domain/lease/watch.ts';

const of = (epoch: number, holder: string | null, counter = 7): LeaseRegister => ({ epoch, holder, counter });
/** Each register was seen for the first time at `seenAt`, and is read at 1000. */
const ask = (
  contents: Readonly<Record<string, LeaseRegister>>,
  { seenAt = 1000, ...more }: Partial<LeaseQuestion> & { readonly seenAt?: number } = {},
): LeaseQuestion => {
  const at = (time: number) =>
    Object.fromEntries(Object.entries(contents).map(([register, content]) => [register, { content, at: time }]));
  const readings = at(1000);
  return {
    me: 'a',
    readings,
    watch: observe(observe({}, at(seenAt)), readings),
    fencedEpoch: 0,
    now: 1000,
    waitFor: 300,
    mayTake: false,
    ...more,
  };
};
const written = (question: LeaseQuestion) =>
  planPass(question).writes.map(
    ({ register, content }) => `${register}: ${content.epoch} ${content.holder} ${content.counter}`,
  );

describe('a pass of the holder', () => {
  test('raises the counter of each register that it reaches, on the condition of what it read', () => {
    const question = ask({ x: of(3, 'a'), y: of(3, 'a', 9) });
    assert.deepEqual(planPass(question), {
      kind: 'renew',
      epoch: 3,
      writes: [
        { register: 'x', ifContent: of(3, 'a'), content: of(3, 'a', 8) },
        { register: 'y', ifContent: of(3, 'a', 9), content: of(3, 'a', 10) },
      ],
    });
  });

  test('brings a register that was out of reach to its epoch', () => {
    assert.deepEqual(written(ask({ x: of(3, 'a'), y: of(3, 'a'), z: of(2, 'b') })), [
      'x: 3 a 8',
      'y: 3 a 8',
      'z: 3 a 8',
    ]);
  });

  test('waits with one register, and does not fence: its validity ends by itself', () => {
    assert.deepEqual(planPass(ask({ x: of(3, 'a') })), { kind: 'wait', epoch: 3, writes: [] });
    assert.deepEqual(planPass(ask({})), { kind: 'wait', epoch: 0, writes: [] });
  });

  test('fences at once where a register is of a newer epoch, and takes what is its own in a higher one', () => {
    const plan = planPass(ask({ x: of(3, 'a'), y: of(3, 'a'), z: of(4, 'b') }));
    assert.deepEqual(plan.fence, { epoch: 4, reason: "register 'z' is 'b's in epoch 4" });
    assert.deepEqual([plan.kind, plan.epoch, plan.writes.map(({ register }) => register)], ['take', 5, ['x', 'y']]);
  });

  test('takes nothing back that another one has by two registers', () => {
    const plan = planPass(ask({ x: of(4, 'b'), y: of(4, 'b'), z: of(3, 'a') }, { seenAt: 0 }));
    assert.deepEqual([plan.kind, plan.writes, plan.fence?.epoch], ['wait', [], 4]);
  });

  test('holds the lease again only in a higher epoch than that in which it was fenced', () => {
    const question = ask({ x: of(3, 'a'), y: of(3, 'a') }, { fencedEpoch: 3 });
    assert.deepEqual([planPass(question).kind, written(question)], ['take', ['x: 4 a 8', 'y: 4 a 8']]);
  });
});

describe('a pass of one that may take', () => {
  const stale = { mayTake: true, seenAt: 699 };

  test('takes two registers that it has seen unchanged for longer than the wait, into a higher epoch', () => {
    assert.deepEqual(written(ask({ x: of(3, 'b'), y: of(3, 'b') }, stale)), ['x: 4 a 8', 'y: 4 a 8']);
  });

  test('takes nothing before, nothing that it may not, and not one register alone', () => {
    for (const question of [
      ask({ x: of(3, 'b'), y: of(3, 'b') }, { ...stale, seenAt: 700 }),
      ask({ x: of(3, 'b'), y: of(3, 'b') }, { seenAt: 0 }),
      ask({ x: of(3, 'b') }, stale),
      { ...ask({ x: of(3, 'b'), y: of(3, 'b') }, stale), watch: {} },
    ]) {
      assert.deepEqual([planPass(question).kind, written(question)], ['wait', []]);
    }
  });

  test('takes nothing where one of two registers goes on being written', () => {
    const question = ask({ x: of(3, 'b'), y: of(3, 'b') }, stale);
    const watch = { ...question.watch, y: { content: of(3, 'b'), since: 900 } };
    assert.equal(planPass({ ...question, watch }).kind, 'wait');
  });

  test('need not wait for what was given away', () => {
    assert.deepEqual(written(ask({ x: of(3, null), y: of(3, null) }, { mayTake: true })), ['x: 4 a 8', 'y: 4 a 8']);
    assert.deepEqual(written(ask({ x: of(3, null), y: of(3, null) })), []);
  });
});

describe('what a watch remembers', () => {
  test('is since when a register has had this content, and starts anew with every change and every step back of the clock', () => {
    const at = (content: LeaseRegister, time: number) => ({ x: { content, at: time } });
    const first = observe({}, at(of(3, 'b', 1), 10));
    assert.deepEqual(observe(first, at(of(3, 'b', 1), 50)), { x: { content: of(3, 'b', 1), since: 10 } });
    for (const other of [of(3, 'b', 2), of(4, 'b', 1), of(3, 'c', 1), of(3, null, 1)]) {
      assert.deepEqual(observe(first, at(other, 50)), { x: { content: other, since: 50 } });
    }
    assert.deepEqual(observe(first, at(of(3, 'b', 1), 5)), { x: { content: of(3, 'b', 1), since: 5 } });
    assert.deepEqual(observe(first, {}), first);
  });
});

describe('the validity that a pass gives', () => {
  const renew = planPass(ask({ x: of(3, 'a'), y: of(3, 'a') }));

  test('counts from its start, and only with two registers written', () => {
    assert.equal(validUntil(500, renew, new Set(['x', 'y']), 180), 680);
    assert.equal(validUntil(500, renew, new Set(['x']), 180), undefined);
    assert.equal(validUntil(500, { ...renew, kind: 'wait' }, new Set(['x', 'y']), 180), undefined);
  });
});

describe('a release', () => {
  test("gives away what is the holder's own, in its epoch, and nothing else", () => {
    const { readings } = ask({ x: of(3, 'a'), y: of(4, 'b'), z: of(3, 'a', 9) });
    assert.deepEqual(planRelease('a', readings), [
      { register: 'x', ifContent: of(3, 'a'), content: of(3, null, 8) },
      { register: 'z', ifContent: of(3, 'a', 9), content: of(3, null, 10) },
    ]);
  });
});
