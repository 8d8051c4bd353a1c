import assert from 'node:assert/strict';
import {
  type AskedAutomatically,
  assessPrimary,
  automaticRefusals,
  isNothingLost,
  type LossRule,
  type SeenPrimary,
} from '../../../../../shared/domain/dr/automatic.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 5, 0, second)).toISOString();
const replay = (receivedLsn: string | null, commit = 0) => ({
  ...{ lsn: '0/30', receivedLsn, lastCommitAt: at(commit), at: at(300) },
});
const gone: SeenPrimary = {
  ...{ alarm: 'ALARM', lease: { kind: 'over', reason: 'unchanged' }, status: null },
  ...{ before: replay('0/30'), replay: replay('0/30'), at: at(310) },
};
const rule: LossRule = { isFence: true, mostLossSeconds: 310, waitedSeconds: 300, askSeconds: 1800 };
const assessed = (change: Partial<SeenPrimary> = {}, more: Partial<LossRule> = {}) =>
  assessPrimary({ ...gone, ...change }, { ...rule, ...more });

describe('whether a primary is lost', () => {
  test('is yes when nothing renews its lease, RDS of its region is silent and the replica receives nothing', () => {
    const { verdict, lossSeconds, acceptSeconds, isLeaseOver } = assessed();
    assert.deepEqual([verdict, lossSeconds, acceptSeconds, isLeaseOver], ['lost', 310, 370, true]);
    assert.equal(assessed({ alarm: null }).verdict, 'lost', 'a person has asked for the automatic decision');
  });

  for (const [sign, change] of [
    ['an alarm that is OK again', { alarm: 'OK' }],
    ['an alarm that knows nothing any more', { alarm: 'INSUFFICIENT_DATA' }],
    ['a lease that is renewed', { lease: { kind: 'held', reason: 'it is renewed' } }],
    ['RDS of its region, which says that it is well', { status: 'available' }],
    ['RDS of its region, which says that it is not', { status: 'failed' }],
    ['log that has come to the replica since', { replay: replay('0/31') }],
  ] as const satisfies readonly (readonly [string, Partial<SeenPrimary>])[]) {
    test(`is no by one sign of life: ${sign}`, () => {
      assert.equal(assessed(change).verdict, 'alive');
      assert.equal(assessed(change, { isFence: false, waitedSeconds: 900 }).verdict, 'alive');
    });
  }

  test('is not known while its lease is not over, and in doubt after twelve minutes', () => {
    const watched = { lease: { kind: 'watched', reason: 'it is watched' } } as const;
    const { status: _, ...unasked } = gone;
    for (const waitedSeconds of [0, 300, 720])
      assert.equal(assessPrimary({ ...unasked, ...watched }, { ...rule, waitedSeconds }).verdict, 'watch');
    const late = assessPrimary({ ...unasked, ...watched }, { ...rule, waitedSeconds: 735 });
    assert.deepEqual([late.verdict, late.isLeaseOver, late.acceptSeconds], ['doubt', false, null]);
    assert.equal(assessPrimary({ ...unasked, lease: gone.lease }, rule).verdict, 'watch', 'RDS was not asked');
  });

  test('is in doubt where a promotion would lose more than policy allows, or nobody knows', () => {
    const { verdict, lossSeconds } = assessed({}, { mostLossSeconds: 309 });
    assert.deepEqual([verdict, lossSeconds], ['doubt', 310]);
    assert.equal(assessed({}, { mostLossSeconds: 0 }).verdict, 'doubt');
    assert.deepEqual([assessed({ replay: null }).verdict, assessed({ replay: null }).acceptSeconds], ['doubt', null]);
  });

  test('is in doubt where nothing keeps the applications out, and then it may write until people have answered', () => {
    const { verdict, acceptSeconds } = assessed({}, { isFence: false });
    assert.deepEqual([verdict, acceptSeconds], ['doubt', 310 + 1800 + 900]);
  });
});

const asked: AskedAutomatically = {
  ...{ database: 'fantasy', decision: 'auto', home: 'us-east-1', hasLease: true },
  primary: { instanceId: 'fantasy-dev', status: null },
  alarm: { name: 'an-alarm', state: 'ALARM' },
};

describe('an automatic promotion', () => {
  test('is not refused before it has watched, where the primary says nothing', () => {
    assert.deepEqual(automaticRefusals(asked), []);
    assert.deepEqual(automaticRefusals({ ...asked, decision: 'approve', alarm: null }), []);
    assert.equal(isNothingLost(asked), false);
  });

  for (const [reason, change, isQuiet] of [
    ['decided by hand', { decision: 'by hand' }, true],
    ["'an-alarm' is 'OK' by now", { alarm: { name: 'an-alarm', state: 'OK' } }, true],
    ["is 'gone' by now", { alarm: { name: 'an-alarm', state: 'gone' } }, true],
    ["'fantasy-dev' is 'available'", { primary: { instanceId: 'fantasy-dev', status: 'available' } }, true],
    ["'fantasy-dev' is 'failed'", { primary: { instanceId: 'fantasy-dev', status: 'failed' } }, false],
    ['has no lease', { hasLease: false }, false],
  ] as const satisfies readonly (readonly [string, Partial<AskedAutomatically>, boolean])[]) {
    test(`is refused: ${reason}; ${isQuiet ? 'and nobody is woken' : 'and somebody has to look'}`, () => {
      const refusals = automaticRefusals({ ...asked, ...change });
      assert.equal(refusals.length, 1);
      assert.ok(refusals[0]?.reason.includes(reason), refusals[0]?.reason);
      assert.equal(isNothingLost({ ...asked, ...change }), isQuiet);
    });
  }
});
