import assert from 'node:assert/strict';
import { stepsIn } from '../../../../sandbox/workflows/dr-promotion/what-is-left.ts';
import type { RecordPromotionInput } from '../../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { assessPromotion } from '../../../../shared/domain/dr/assess-promotion.ts';
import { drained, lease, plan } from '../../../workflows/disaster-recovery/promotion-bench.ts';

const at = '2026-03-01T05:00:00.000Z';
const failed = (state: string) => ({ state, error: 'AwsUnavailableError', cause: 'no answer' });
const input: RecordPromotionInput = {
  ...{ executionName: 'run-1', executionArn: 'arn', startedAt: at, request: {}, plan, drained, lease: null },
  fence: { kind: 'fenced', epoch: 4, roles: ['app'], endedSessions: 1, lsn: '0/30', at },
  ...{
    seen: null,
    answers: [],
    opened: null,
    confirmed: null,
    nameFailure: null,
    isPromotionAsked: false,
    isLifted: false,
  },
  ...{ failure: failed('CheckDrained'), liftFailure: null, hardenFailure: null, phases: [] },
};
const leftOf = (changes: Partial<RecordPromotionInput>) =>
  stepsIn(assessPromotion({ ...input, ...changes }, { rtoSeconds: 3600, rpoSeconds: 900 }).left);
const lift = (instance: string, epoch: string, ...before: string[]) => ({
  ...{ kind: 'sql', instance },
  statements: [...before, `select gameday.lift_fence(${epoch})`],
});
const readEpoch = '(select fenced_epoch from gameday.read_lease())';

describe('what a record leaves to a person', () => {
  test('can be followed word by word when the fence was not lifted', () => {
    assert.deepEqual(leftOf({ liftFailure: failed('LiftFence') }), [lift('fantasy-dev', '4')]);
    assert.deepEqual(leftOf({ liftFailure: failed('LiftFence'), fence: null }), [lift('fantasy-dev', readEpoch)]);
    assert.deepEqual(leftOf({ liftFailure: failed('GiveBackLease') }), [
      { kind: 'registers', content: { epoch: lease.epoch + 2, holder: 'us-east-1/fantasy-dev', counter: 0 } },
      lift('fantasy-dev', '4'),
    ]);
  });

  test('can be followed when the promoted instance is not open', () => {
    const taken = { epoch: 5, holder: 'us-west-2/fantasy-dr', registers: 3 };
    assert.deepEqual(leftOf({ isPromotionAsked: true, lease: taken }), [lift('fantasy-dr', readEpoch)]);
    assert.deepEqual(leftOf({ isPromotionAsked: true }), [
      lift('fantasy-dr', readEpoch, "select gameday.extend_lease(null, null, 'observe')"),
    ]);
  });

  test('is nothing where nobody is kept out', () => {
    assert.deepEqual(leftOf({}), []);
    assert.deepEqual(leftOf({ isPromotionAsked: true, opened: { endpoint: 'e', roles: [], writableAt: at } }), []);
  });
});
