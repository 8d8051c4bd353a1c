import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ProofCostEntry } from '../../../../../shared/contracts/proof/proof-cost.ts';
import {
  type Caps,
  decideCap,
  expectedHours,
  isHeldByCap,
  spentBy,
} from '../../../../../shared/domain/proof-cost/cap.ts';

const money = fc.double({ min: 0, max: 1000, noNaN: true });
const caps: fc.Arbitrary<Caps> = fc.record({
  drill: money,
  month: money,
  unpriced: fc.constantFrom('allowed', 'refused'),
});
const predicted = fc.option(money);

describe('a cap on money', () => {
  test('never stops what a person starts, and warns where it would stop a schedule', () => {
    fc.assert(
      fc.property(predicted, money, caps, (cost, spent, rule) => {
        const byPerson = decideCap({ isScheduled: false, predicted: cost }, spent, rule);
        const bySchedule = decideCap({ isScheduled: true, predicted: cost }, spent, rule);
        assert.equal(byPerson.mayRestore, true);
        assert.equal(byPerson.told, bySchedule.told);
        if (!bySchedule.mayRestore) assert.notEqual(bySchedule.told, null);
      }),
    );
  });

  test('lets no scheduled proof restore that costs more than a proof may, and no month of them more than a month may', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ cost: predicted, isScheduled: fc.boolean() })), caps, (drills, rule) => {
        const records: ProofCostEntry[] = [];
        for (const [index, { cost, isScheduled }] of drills.entries()) {
          const spent = spentBy(records, '');
          const { mayRestore } = decideCap({ isScheduled, predicted: cost }, spent, rule);
          if (isScheduled && mayRestore && cost !== null) {
            assert.ok(cost <= rule.drill);
            assert.ok(spent + cost <= rule.month);
          }
          if (isScheduled && cost === null) assert.equal(mayRestore, rule.unpriced === 'allowed');
          const execution = `run-${index}`;
          records.push({ execution, database: 'own', hours: 1, money: mayRestore ? cost : 0, isActual: false });
        }
      }),
    );
  });

  test('lets at least one of two that begin at once see the other, in whatever order they write and read', () => {
    const rule: Caps = { drill: 100, month: 100, unpriced: 'allowed' };
    const steps = ['write 0', 'read 0', 'write 1', 'read 1'];
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: 4 }), (order) => {
        fc.pre([0, 1].every((run) => order.indexOf(`write ${run}`) < order.indexOf(`read ${run}`)));
        const records: ProofCostEntry[] = [];
        let restoring = 0;
        for (const step of order) {
          const execution = `run-${step.at(-1)}`;
          if (step.startsWith('write'))
            records.push({ execution, database: 'own', hours: 1, money: 60, isActual: false });
          else if (decideCap({ isScheduled: true, predicted: 60 }, spentBy(records, execution), rule).mayRestore)
            restoring += 1;
        }
        assert.ok(restoring <= 1);
      }),
    );
  });

  test('says by which amounts it stops a proof, or why it cannot hold one', () => {
    const rule: Caps = { drill: 10, month: 100, unpriced: 'allowed' };
    const reported = (cost: number | null, spent: number) =>
      decideCap({ isScheduled: true, predicted: cost }, spent, rule).told;
    assert.equal(reported(10.5, 0), 'it may cost 10.50, and a proof may cost 10.00');
    assert.equal(reported(9, 92), "it may cost 9.00, the month's other drills 92.00, and a month may cost 100.00");
    assert.equal(reported(null, 0), 'its cost is unknown, so that no cap can hold it');
    assert.equal(reported(10, 90), null);
  });
});

test('a run is held by a cap when it left out the restore for its cost and nothing else went wrong', () => {
  const failure = fc.option(
    fc.record({
      state: fc.string(),
      error: fc.constantFrom('CostCapReached', 'AccessDeniedError'),
      cause: fc.string(),
    }),
  );
  fc.assert(
    fc.property(failure, failure, (first, cleanUpFailure) => {
      const isHeld = isHeldByCap({ failure: first, cleanUpFailure });
      assert.equal(isHeld, first?.error === 'CostCapReached' && cleanUpFailure === null);
    }),
  );
});

test('a copy is expected for as long as the longest one of its database, and without three of them until it expires', () => {
  const entry = (database: string, hours: number, isActual = true): ProofCostEntry => ({
    execution: 'one',
    database,
    hours,
    money: 1,
    isActual,
  });
  const two = [entry('own', 0.5), entry('own', 0.8), entry('own', 6, false), entry('own', 0), entry('other', 3)];
  assert.equal(expectedHours('own', two, 6), 6);
  assert.equal(expectedHours('own', [...two, entry('own', 0.6)], 6), 0.8);
});
