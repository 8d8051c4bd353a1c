import assert from 'node:assert/strict';
import type {
  Probe,
  RecordFailoverInput,
  Rehearsal,
} from '../../../../../shared/contracts/failover-drill/failover-drill.ts';
import { assessFailover } from '../../../../../shared/domain/dr/assess-failover.ts';
import { openOf } from '../../../../../shared/domain/dr/failover-open.ts';
import { type FailoverFacts, failoverRefusals } from '../../../../../shared/domain/dr/failover-refusals.ts';
import { isOver, outageOf, steadyProbes } from '../../../../../shared/domain/dr/outage.ts';

const reaches = { w: 'wrote', c: 'connected', '-': 'nothing' } as const;
/** A letter for each half second from `askedAt` on. */
const probesOf = (letters: string, askedAt = 0, lasts = 100): Probe[] =>
  [...letters].map((letter, index) => {
    const reached = reaches[letter as keyof typeof reaches];
    const at = askedAt + index * 500;
    return { at, endedAt: at + lasts, reached, error: reached === 'wrote' ? null : 'no', lost: null };
  });

const sound: FailoverFacts = {
  ...{
    instanceId: 'shop-prod',
    status: 'available',
    isMultiAz: true,
    tags: { 'pg-gameday:failover-drill': 'allowed' },
  },
  ...{ lease: { mode: 'enforce', accepts: true, secondsLeft: 150, fenced: [] }, running: [] },
  ...{ isProduction: true, named: 'shop-prod' },
};
const refusalsOf = (changed: Partial<FailoverFacts>) => [...failoverRefusals({ ...sound, ...changed })];

describe('what speaks against a fail-over', () => {
  test('is nothing of a tagged Multi-AZ instance that holds its lease', () => {
    assert.deepEqual(refusalsOf({}), []);
    assert.deepEqual(refusalsOf({ lease: null }), []);
    assert.deepEqual(refusalsOf({ isProduction: false, named: undefined }), []);
  });

  const lease = { mode: 'enforce', accepts: true, secondsLeft: 150, fenced: [] as string[] } as const;
  for (const [what, changed, said] of [
    ['one zone', { isMultiAz: false }, /one zone only/],
    ['another status', { status: 'backing-up' }, /is 'backing-up'/],
    ['no tag', { tags: {} }, /does not bear the tag/],
    ['another tag', { tags: { 'pg-gameday:failover-drill': 'no' } }, /does not bear the tag/],
    ['a copy', { tags: { ...sound.tags, 'pg-gameday:made-by': 'pg-gameday' } }, /throw-away copy/],
    ['a fence', { lease: { ...lease, fenced: ['shop'] } }, /shop are kept out/],
    ['a lease that is over', { lease: { ...lease, accepts: false } }, /changes hands or is not renewed/],
    ['a lease that runs out', { lease: { ...lease, secondsLeft: 89 } }, /89 s are left/],
    ['an observed lease that runs out', { lease: { ...lease, mode: 'observe', secondsLeft: 1 } }, /1 s are left/],
    ['a promotion', { running: [{ workflow: 'dr-promotion', name: 'now' }] }, /'now' of dr-promotion runs/],
    ['nobody who named it', { named: undefined }, /observed none/],
    ['somebody who named another', { named: 'shop-test' }, /observed 'shop-test'/],
  ] as readonly (readonly [string, Partial<FailoverFacts>, RegExp])[]) {
    test(`is ${what}, alone, with a remedy`, () => {
      const found = refusalsOf(changed);
      assert.equal(found.length, 1);
      assert.match(found[0]?.reason ?? '', said);
      assert.match(found[0]?.remedy ?? '', /^[A-Z].{8,}\.$/);
    });
  }
});

describe('the outage that a client saw', () => {
  test('is from the last acknowledged write before to the first one after, by phases', () => {
    const outage = outageOf(probesOf(`wwww${'-'.repeat(20)}cccc${'w'.repeat(12)}`), 0);
    assert.deepEqual(outage, {
      ...{ seconds: 12.5, resolutionSeconds: 0.5, untilBrokenSeconds: 2, noConnectionSeconds: 10, noWriteSeconds: 2.1 },
      bySecond: `ww${'-'.repeat(10)}cc${'w'.repeat(6)}`,
    });
  });

  test('is none where nothing broke, and none where it has not come back', () => {
    assert.equal(outageOf(probesOf('w'.repeat(30)), 0), null);
    assert.equal(outageOf(probesOf('www------'), 0), null);
  });

  test('counts a break in between as a part of it', () => {
    const outage = outageOf(probesOf(`ww--ww--${'w'.repeat(10)}`), 0);
    assert.equal(outage?.seconds, 3.5);
  });

  test('is over only after many writes in a row', () => {
    assert.equal(isOver(probesOf('w'.repeat(40))), false, 'it has not begun');
    assert.equal(isOver(probesOf(`--${'w'.repeat(steadyProbes - 1)}`)), false);
    assert.equal(isOver(probesOf(`--${'w'.repeat(steadyProbes)}`)), true);
    assert.equal(isOver(probesOf(`--${'w'.repeat(steadyProbes)}-`)), false);
  });
});

describe('what is open after a fail-over', () => {
  const slot = { name: 'gameday', isLogical: true, isActive: true };
  const before = { zone: 'a', slots: [slot, { name: 'old', isLogical: true, isActive: false }] };
  const after = {
    ...{ status: 'available', zone: 'b' },
    slots: [
      { ...slot, isConfirmed: true },
      { name: 'old', isLogical: true, isActive: false, isConfirmed: false },
    ],
  };
  test('is nothing when all is as it was, in the other zone', () => assert.deepEqual(openOf(after, before), []));
  for (const [what, changed, said] of [
    ['a status', { status: 'rebooting' }, /'rebooting'/],
    ['the zone', { zone: 'a' }, /zone 'a', as before/],
    ['a silent server', { slots: undefined }, /does not answer/],
    ['a slot', { slots: after.slots.slice(1) }, /'gameday' is gone/],
    ['a slot that nobody read', { slots: after.slots.slice(0, 1) }, /'old' is gone/],
    ['a reader', { slots: [{ ...slot, isActive: false, isConfirmed: true }, ...after.slots.slice(1)] }, /nobody reads/],
    ['a reader behind', { slots: [{ ...slot, isConfirmed: false }, ...after.slots.slice(1)] }, /end of the log/],
  ] as readonly (readonly [string, object, RegExp])[]) {
    test(`is ${what}`, () => {
      const open = openOf({ ...after, ...changed }, before);
      assert.equal(open.length, 1);
      assert.match(open[0] ?? '', said);
    });
  }
});

describe('what a drill of a fail-over came to', () => {
  const outage = outageOf(probesOf(`ww----${'w'.repeat(10)}`), 0);
  const rehearsal: Rehearsal = {
    ...{
      askedAt: '',
      isMeasured: true,
      outage,
      isNewServer: true,
      lostWrites: 0,
      slots: [],
      lsn: '0/1',
      probesKey: null,
    },
  };
  const input: RecordFailoverInput = {
    ...{ executionName: 'run-1', executionArn: '', startedAt: '', request: {}, failure: null, phases: [], rehearsal },
    plan: { database: 'shop', instanceId: 'shop-prod', isActed: true, reason: '', zone: 'a', refusals: [] },
    check: { isDone: true, status: 'available', zone: 'b', open: [] },
  };
  const came = (changed: Partial<RecordFailoverInput>) => {
    const { result, severity, summary } = assessFailover({ ...input, ...changed });
    return [result, severity, summary] as const;
  };

  test('is a proof when all of it was seen', () => {
    assert.deepEqual(came({}).slice(0, 2), ['rehearsed', 'P4']);
    assert.match(came({})[2], /could not write for 2\.5 s, within 120 s; slots and subscribers go on/);
  });

  test('is reported when it was long, and a proof all the same', () => {
    const long = outage === null ? null : { ...outage, seconds: 120.1 };
    const [result, severity, summary] = came({ rehearsal: { ...rehearsal, outage: long } });
    assert.deepEqual([result, severity], ['rehearsed', 'P3']);
    assert.match(summary, /120\.1 s, MORE than 120 s/);
  });

  for (const [what, changed, severity] of [
    ['nobody looked', { rehearsal: { ...rehearsal, isMeasured: false, outage: null } }, 'P2'],
    ['nobody was cut off', { rehearsal: { ...rehearsal, outage: null } }, 'P2'],
    ['the server is the same', { rehearsal: { ...rehearsal, isNewServer: false } }, 'P2'],
    ['a write is lost', { rehearsal: { ...rehearsal, lostWrites: 1 } }, 'P1'],
    ['nobody looked at slots', { check: null }, 'P2'],
    ['a slot is gone', { check: { isDone: false, status: 'available', zone: 'b', open: ['slot'] } }, 'P2'],
    ['a task failed', { failure: { state: 'CheckFailover', error: 'X', cause: '' } }, 'P2'],
    ['it could not be planned', { plan: null, rehearsal: null, failure: { state: 'P', error: 'X', cause: '' } }, 'P3'],
  ] as readonly (readonly [string, Partial<RecordFailoverInput>, string])[]) {
    test(`is no proof when ${what}`, () => assert.deepEqual(came(changed).slice(0, 2), ['not rehearsed', severity]));
  }

  test('says that nobody looked, and not that nobody was cut off', () => {
    const [, , summary] = came({ rehearsal: { ...rehearsal, isMeasured: false, outage: null } });
    assert.equal(summary, 'nobody looked while it failed over');
  });

  test('is a plan or a refusal when nothing was begun', () => {
    assert.ok(input.plan);
    const nothing = { rehearsal: null, check: null };
    const refusals = [{ reason: 'one zone', remedy: 'Give it Multi-AZ.' }];
    assert.deepEqual(came({ ...nothing, plan: { ...input.plan, refusals } }).slice(0, 2), ['refused', 'P3']);
    assert.deepEqual(came({ ...nothing, plan: { ...input.plan, isActed: false } }).slice(0, 2), ['planned', 'P4']);
    assert.match(
      came({ ...nothing, plan: { ...input.plan, isActed: false, refusals } })[2],
      /nothing would be begun: one zone/,
    );
  });
});
