import assert from 'node:assert/strict';
import { promotionsWithoutGround } from '../../../../shared/policy/conflicts/promotion.ts';
import { PromotionPolicy } from '../../../../shared/policy/schema/promotion.ts';
import { operations } from './load-operations.ts';

describe('who decides about promotions', () => {
  const [anna, ben] = ['arn:aws:iam::123456789012:user/anna', 'arn:aws:iam::123456789012:user/ben'];
  const faults = (promotion: object, change: object = {}, stage: 'dev' | 'prod' = 'dev') => {
    const { stages, ...common } = operations();
    const { fantasy } = stages.dev.databases;
    assert.ok(fantasy);
    const own = { ...fantasy, promotion: PromotionPolicy.parse(promotion), ...change };
    const changed = { ...stages[stage], databases: { ...stages[stage].databases, fantasy: own } };
    return [...promotionsWithoutGround({ ...common, stages: { ...stages, [stage]: changed } })].map(({ path }) =>
      path.replace(`stages.${stage}.databases.fantasy.promotion.`, ''),
    );
  };

  test('is a person, unless it is said otherwise', () => {
    assert.deepEqual(PromotionPolicy.parse({}), {
      ...{ decision: 'by hand', approvers: [], approvals: 2, askMinutes: 30, mostLossSeconds: 0 },
    });
    assert.deepEqual(faults({}), []);
    assert.deepEqual(faults({}, {}, 'prod'), [], 'a promotion in prod is refused by its plan until somebody is named');
  });

  test('are as many people as have to say yes, each named once, and two in prod', () => {
    assert.deepEqual(faults({ decision: 'approve', approvers: [anna, ben] }), []);
    assert.deepEqual(faults({ decision: 'approve', approvers: [anna] }), ['approvers']);
    assert.deepEqual(faults({ decision: 'approve' }), ['approvers']);
    assert.deepEqual(faults({ approvers: [anna] }), ['approvers']);
    assert.deepEqual(faults({ approvers: [anna], approvals: 1 }), []);
    assert.deepEqual(faults({ approvers: [anna, anna] }), ['approvers']);
    assert.deepEqual(faults({ approvers: [anna], approvals: 1 }, {}, 'prod'), ['approvals']);
    assert.deepEqual(faults({ approvers: [anna, ben] }, {}, 'prod'), []);
  });

  test('is one person alone in prod for a reason, and not where people are asked anyway', () => {
    const aloneBecause = 'one person is on call at night';
    assert.deepEqual(faults({ aloneBecause }, {}, 'prod'), []);
    assert.deepEqual(faults({ decision: 'approve', approvers: [anna, ben], aloneBecause }), ['aloneBecause']);
  });

  test('is nobody but a person where no lease says that the primary is lost and keeps its applications out', () => {
    assert.deepEqual(faults({ decision: 'auto' }), []);
    assert.deepEqual(faults({ decision: 'auto' }, { lease: { mode: 'observe' } }), ['decision']);
    const approve = { decision: 'approve', approvers: [anna, ben] };
    assert.deepEqual(faults(approve, { lease: { mode: 'observe' } }), []);
    assert.deepEqual(faults(approve, { lease: { mode: 'off' } }), ['decision']);
  });
});
