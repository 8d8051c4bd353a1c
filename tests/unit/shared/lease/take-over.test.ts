import assert from 'node:assert/strict';
import type { LeaseRegisterStore } from '../../../../shared/aws/s3/lease-register.ts';
import type { PromotionFence } from '../../../../shared/contracts/dr-promotion/fence.ts';
import type { LeaseRegister } from '../../../../shared/domain/lease/register.ts';
import { observe } from '../../../../shared/domain/lease/watch.ts';
import { giveBack, takeOver } from '../../../../shared/lease/take-over.ts';
import { isSurelyNotKept, keptHere } from '../../../../shared/rules/lease.ts';
import { operations } from '../policy/load-operations.ts';

const { takeOverParts } = await import('../../../../shared/lease/take-over-parts.ts');

const me = 'us-west-2/fantasy-dr';
const from = 'us-east-1/fantasy-dev';
type Fate = 'done' | 'lost' | 'silent' | 'answer lost';

/** Three registers of which each write has its fate, the first ones as they are named. */
function bucket(fates: Record<string, readonly Fate[]> = {}) {
  const contents: Record<string, LeaseRegister> = {};
  const stores = new Map<string, LeaseRegisterStore>();
  for (const name of ['us-east-1', 'us-west-2', 'us-east-2']) {
    contents[name] = { epoch: 4, holder: from, counter: 9 };
    const fate = [...(fates[name] ?? [])];
    stores.set(name, {
      read: async () => {
        if (fates[name]?.[0] === 'silent') throw new Error('silent');
        return { content: contents[name] as LeaseRegister, etag: JSON.stringify(contents[name]) };
      },
      write: async (content, { etag }) => {
        const next = fate.shift() ?? 'done';
        if (next === 'lost') throw new Error('lost');
        if (etag !== JSON.stringify(contents[name])) return false;
        contents[name] = content;
        if (next === 'answer lost') throw new Error('the answer was lost');
        return true;
      },
    });
  }
  const first = observe(
    {},
    Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, { content, at: 0 }])),
  );
  const parts = { registers: stores, me, from, fencedEpoch: 4, first, watch: first, now: 0 };
  return { contents, parts, holders: () => Object.values(contents).map(({ epoch, holder }) => `${epoch} ${holder}`) };
}

describe('a promotion that takes the lease', () => {
  test('has it with two of three registers, and with the third one that is silent', async () => {
    const all = bucket();
    assert.deepEqual(await takeOver(all.parts), { epoch: 5, registers: 3 });
    assert.deepEqual(await takeOver(all.parts), { epoch: 5, registers: 3 }, 'a second call');
    const two = bucket({ 'us-east-1': ['silent'] });
    assert.deepEqual(await takeOver(two.parts), { epoch: 5, registers: 2 });
  });

  test('knows a write whose answer was lost by its next look', async () => {
    const lost = bucket({ 'us-east-1': ['silent'], 'us-east-2': ['answer lost'] });
    assert.equal((await takeOver(lost.parts)).registers, 2);
    assert.deepEqual(lost.holders(), [`4 ${from}`, `5 ${me}`, `5 ${me}`]);
  });

  test('has nothing with one register, and gives it back', async () => {
    const one = bucket({ 'us-east-1': ['silent'], 'us-east-2': ['lost', 'lost', 'lost'] });
    await assert.rejects(takeOver(one.parts), { name: 'LeaseNotTakenError', message: /'us-east-1' do not answer/ });
    assert.equal(await giveBack(one.parts.registers, me, from), 2);
    assert.ok(
      one.holders().every((holder) => holder.endsWith(from)),
      one.holders().join(),
    );
  });

  test('leaves what another one holds', async () => {
    const other = bucket();
    other.contents['us-east-2'] = { epoch: 6, holder: 'us-east-2/third', counter: 0 };
    await assert.rejects(takeOver(other.parts), { name: 'LeaseHeldError' });
    assert.ok(!other.holders().some((holder) => holder.endsWith(me)));
  });

  test('cannot give back what two registers do not take', async () => {
    const taken = bucket({
      'us-east-1': ['done', 'lost', 'lost', 'lost'],
      'us-east-2': ['done', 'lost', 'lost', 'lost'],
    });
    await takeOver(taken.parts);
    await assert.rejects(giveBack(taken.parts.registers, me, from), { name: 'LeaseNotTakenError' });
  });
});

test('an agent keeps the instance of its region that holds two registers in the newest epoch, and no other', () => {
  const mine = { epoch: 5, holder: me, counter: 0 };
  const old = { epoch: 4, holder: from, counter: 9 };
  assert.equal(keptHere('us-west-2', [mine, mine, old]), 'fantasy-dr');
  assert.equal(keptHere('us-west-2', [mine, old, old]), undefined);
  assert.equal(keptHere('us-west-2', [old, old, old]), undefined);
  assert.equal(keptHere('us-west-2', [mine, mine, { ...old, epoch: 6 }]), undefined);
  assert.equal(keptHere('us-west-2', [mine, { ...mine, holder: 'us-west-2/other' }]), undefined);
  assert.equal(keptHere('us-west', [mine, mine]), undefined);
  assert.equal(
    keptHere('us-west-2', [
      { ...mine, holder: null },
      { ...mine, holder: null },
    ]),
    undefined,
  );
});

test('no instance of a region has the lease when no register that is silent could make two of three', () => {
  const [mine, old] = [
    { epoch: 5, holder: 'us-west-2/fantasy-dr', counter: 1 },
    { epoch: 4, holder: 'us-east-1/fantasy-dev', counter: 7 },
  ];
  for (const contents of [
    [old, old, old],
    [mine, old, old],
    [old, old],
    [{ ...mine, epoch: 3 }, old, old],
  ])
    assert.equal(isSurelyNotKept('us-west-2', contents), true, JSON.stringify(contents));
  for (const contents of [[], [old], [mine], [mine, old], [mine, mine, old], [mine, mine]])
    assert.equal(isSurelyNotKept('us-west-2', contents), false, JSON.stringify(contents));
});

test('a lease ends at once behind a fence that was confirmed, and behind no other', () => {
  const at = '2026-11-30T05:00:00.000Z';
  const lease = { mode: 'enforce' as const, holder: from, epoch: 4, isFence: true, watch: {} };
  const partsOf = (fence: PromotionFence) =>
    takeOverParts(
      {
        executionName: 'run-1',
        database: 'fantasy',
        primary: { region: 'us-east-1', instanceId: 'fantasy-dev' },
        replicaId: 'fantasy-dr',
        fence,
        lease,
        watch: {},
        waitedSeconds: 30,
      },
      { stage: 'dev', region: 'us-west-2', evidenceBucket: 'evidence' },
      operations(),
      () => ({ read: async () => assert.fail(), write: async () => assert.fail() }),
    );
  const {
    fencedEpoch,
    now,
    me: taker,
    from: holder,
    registers,
  } = partsOf({
    ...{ kind: 'fenced', epoch: 4, roles: ['app'], endedSessions: 0, lsn: '0/30', at },
  });
  assert.deepEqual([fencedEpoch, now, taker, holder, registers.size], [4, 30_000, me, from, 3]);
  assert.equal(partsOf({ kind: 'stated down', statement: 'it is gone', observed: 'no answer', at }).fencedEpoch, null);
  assert.equal(partsOf({ kind: 'lease over', epoch: 4, observed: 'no answer', at }).fencedEpoch, null);
});
