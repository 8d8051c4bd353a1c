import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assessReadiness } from '../../../../../shared/domain/readiness/assess-readiness.ts';
import { missedTargets, predictRecovery } from '../../../../../shared/domain/readiness/predicted.ts';
import { predictLevel } from '../../../../../shared/domain/restore/prediction.ts';
import { measured, now, rule, sound } from './sound-facts.ts';

const replica = (lag: number | null, change: object = {}) => ({
  ...{ id: 'app-dr', status: 'available', failure: null },
  replay:
    lag === null
      ? null
      : {
          ...{ lsn: '0/30', receivedLsn: '0/30', at: new Date(now).toISOString() },
          lastCommitAt: new Date(now - lag * 1000).toISOString(),
        },
  ...change,
});
/** Of a database whose only follower is a physical replica. */
const physical = (found: ReturnType<typeof replica> | null, past = measured()) => {
  const { primary, standby } = sound();
  const sides = { primary, standby: { ...standby, instance: null, facts: null, replica: found } };
  return assessReadiness('app', sides, { ...rule, hasStandby: false }, past, now);
};

describe('the time that a promotion will take', () => {
  test('is not predicted with fewer than three that came to their end, and that is said', () => {
    for (const seconds of [[], [60], [60, 90]]) {
      const { recoveryTime, recoveryTimeFrom } = predictRecovery('physical replica', measured(...seconds), rule);
      assert.equal(recoveryTime, null);
      assert.match(recoveryTimeFrom, new RegExp(`are needed, there are ${seconds.length}$`));
    }
    const past = measured(60, 70, 80);
    const { found } = past;
    const unfinished = {
      ...past,
      found: found.map((one, index) => (index === 0 ? { ...one, result: 'unfinished' } : one)),
    };
    assert.equal(predictRecovery('physical replica', unfinished, rule).recoveryTime, null);
  });

  test('is the work that was measured, and the waits that it was measured without', () => {
    const past = measured(100, 100, 100);
    const bare = { leaseMode: 'off', hasName: false } as const;
    assert.deepEqual(predictRecovery('physical replica', past, bare).recoveryTime, {
      low: 100,
      expected: 100,
      high: 100,
    });
    assert.deepEqual(predictRecovery('physical replica', past, rule).recoveryTime, {
      low: 160,
      expected: 505,
      high: 580,
    });
    assert.deepEqual(
      predictRecovery('physical replica', past, { ...bare, leaseMode: 'observe' }).recoveryTime?.high,
      430,
    );
    assert.deepEqual(predictRecovery('physical replica', past, { ...bare, hasName: true }).recoveryTime?.high, 250);
  });

  test('is that of replicas: a restore has its own', () => {
    for (const path of ['point in time', 'snapshot', 'none'] as const)
      assert.equal(predictRecovery(path, measured(1, 2, 3), rule).recoveryTime, null);
  });

  test('says what of the past it could not read', () => {
    const past = { ...measured(1, 2, 3), unread: ['drills: AwsUnavailableError'] };
    assert.match(predictRecovery('physical replica', past, rule).recoveryTimeFrom, /not read: drills: AwsUnavailable/);
  });

  test('lies within its interval, which is wider the more the measured ones scatter', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 3, maxLength: 20 }), (values) => {
        const level = predictLevel(values);
        assert.ok(level && 0 <= level.low && level.low <= level.expected && level.expected <= level.high);
        const wider = predictLevel(values.map((value) => level.expected + (value - level.expected) * 2));
        assert.ok(wider && wider.high - level.high >= -1e-6);
      }),
    );
    // By hand: mean 200, deviation 100, t of two degrees of freedom 4.303, times the root of 4/3.
    const byHand = predictLevel([100, 200, 300]);
    assert.equal(byHand?.high.toFixed(0), '697');
  });
});

describe('a physical replica', () => {
  test('is the way of a promotion where it answers, and loses no more than its newest transaction is old', () => {
    const { path, verdict, recoveryPoint, misses } = physical(replica(80));
    assert.deepEqual([path, verdict, misses], ['physical replica', 'go', []]);
    assert.deepEqual(recoveryPoint, { low: 0, expected: 20, high: 80 });
  });

  test('that is not available, silent or far behind is named, and none is no fault', () => {
    const checks = (found: ReturnType<typeof replica> | null) =>
      physical(found)
        .reasons.map(({ check }) => check)
        .filter((check) => check.startsWith('replica-'));
    assert.deepEqual(checks(replica(80, { status: 'failed' })), ['replica-not-available']);
    assert.deepEqual(checks(replica(null, { failure: 'no route' })), ['replica-silent']);
    assert.deepEqual(checks(replica(301)), ['replica-behind']);
    assert.deepEqual(checks(replica(300)), []);
    assert.deepEqual(checks(null), []);
    for (const found of [replica(80, { status: 'failed' }), replica(null), null])
      assert.equal(physical(found).path, 'point in time');
  });
});

describe('the targets', () => {
  test('are missed where 1 of 20 promotions would miss them, and where there is no way at all', () => {
    const at = (high: number) => ({ low: 0, expected: 0, high });
    const misses = (path: 'physical replica' | 'none', loss: number | null, time: number | null) =>
      missedTargets(
        { path, recoveryPoint: loss === null ? null : at(loss), recoveryTime: time === null ? null : at(time) },
        { rtoSeconds: 3600, rpoSeconds: 900 },
      );
    assert.deepEqual(misses('physical replica', 900, 3600), []);
    assert.deepEqual(misses('physical replica', 901, 3600), ['recovery point']);
    assert.deepEqual(misses('physical replica', 900, 3601), ['recovery time']);
    assert.deepEqual(misses('physical replica', null, null), []);
    assert.deepEqual(misses('none', null, null), ['recovery point']);
  });

  test('are held against what is predicted of the database', () => {
    assert.deepEqual(physical(replica(901)).misses, ['recovery point']);
    assert.deepEqual(physical(replica(80), measured(3200, 3200, 3200)).misses, ['recovery time']);
    assert.deepEqual(physical(null).misses, [], 'replicated backups are 300 s old');
  });
});
