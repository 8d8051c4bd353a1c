import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assessNotification, type NotificationState } from '../../../sandbox/services/budgets/assess-budget.ts';
import { readBudget } from '../../../sandbox/services/budgets/read-budget.ts';

const months = ['2026-05', '2026-06', '2026-07'];
const bills = fc
  .array(fc.record({ month: fc.nat(2), amount: fc.nat(200) }), { maxLength: 30 })
  .map((all) =>
    all.sort((a, b) => a.month - b.month).map(({ month, amount }) => ({ month: months[month] ?? '', amount })),
  );
const line = 80;

/** Which of the bills rang. */
function rung(
  NotificationType: 'ACTUAL' | 'FORECASTED',
  looks: readonly { month: string; amount: number }[],
): boolean[] {
  const notification = { NotificationType, ComparisonOperator: 'GREATER_THAN', Threshold: line } as const;
  let state: NotificationState | undefined;
  return looks.map(({ month, amount }) => {
    const assessed = assessNotification(notification, 100, { month, actual: amount, forecast: amount }, state);
    state = assessed;
    return assessed.rings;
  });
}

describe('a line of a budget', () => {
  test('of actual costs rings at the first look of each month that finds it passed, and at no other', () => {
    fc.assert(
      fc.property(bills, (looks) => {
        const expected = looks.map(
          ({ month, amount }, at) =>
            amount > line && !looks.slice(0, at).some((other) => other.month === month && other.amount > line),
        );
        assert.deepEqual(rung('ACTUAL', looks), expected);
      }),
    );
  });

  test('of a forecast rings each time that it rises over it within a month', () => {
    fc.assert(
      fc.property(bills, (looks) => {
        const expected = looks.map(({ month, amount }, at) => {
          const before = looks[at - 1];
          return amount > line && !(before?.month === month && before !== undefined && before.amount > line);
        });
        assert.deepEqual(rung('FORECASTED', looks), expected);
      }),
    );
  });

  test('is silent while there is no forecast, and is an amount where it says so', () => {
    const bill = { month: '2026-05', actual: 70, forecast: undefined };
    const forecast = { NotificationType: 'FORECASTED', ComparisonOperator: 'GREATER_THAN', Threshold: 1 } as const;
    assert.equal(assessNotification(forecast, 100, bill, undefined).rings, false);
    const absolute = {
      ...forecast,
      NotificationType: 'ACTUAL',
      ThresholdType: 'ABSOLUTE_VALUE',
      Threshold: 69,
    } as const;
    assert.equal(assessNotification(absolute, 1000, bill, undefined).rings, true);
  });
});

describe('a budget that would ring otherwise than at AWS', () => {
  const notification = { NotificationType: 'ACTUAL', ComparisonOperator: 'GREATER_THAN', Threshold: 80 };
  const Subscribers = [{ SubscriptionType: 'SNS', Address: 'arn:aws:sns:us-east-1:123456789012:costs' }];
  const budget = { BudgetName: 'b', BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 10, Unit: 'USD' } };
  const read = (changeBudget: object = {}, changeNotification: object = {}, subscribers: object[] = Subscribers) =>
    readBudget({
      Budget: { ...budget, ...changeBudget },
      NotificationsWithSubscribers: [
        { Notification: { ...notification, ...changeNotification }, Subscribers: subscribers },
      ],
    } as never);

  test('is refused by name', () => {
    assert.equal(read().budget.BudgetLimit?.Amount, '10');
    const refused: [() => unknown, RegExp][] = [
      [() => read({ BudgetType: 'USAGE' }), /type 'USAGE'/],
      [() => read({ TimeUnit: 'DAILY' }), /time unit 'DAILY'/],
      [() => read({ CostFilters: {} }), /'CostFilters'/],
      [() => read({ BudgetLimit: { Amount: '' } }), /BudgetLimit/],
      [() => read({ BudgetName: 'a:b' }), /BudgetName/],
      [() => read({}, { ComparisonOperator: 'LESS_THAN' }), /'LESS_THAN'/],
      [() => read({}, { Threshold: 'much' }), /Threshold/],
      [() => read({}, { NotificationType: 'GUESSED' }), /NotificationType/],
      [() => read({}, {}, [...Subscribers, ...Subscribers]), /Subscribers/],
      [() => read({}, {}, []), /Subscribers/],
    ];
    for (const [call, message] of refused) assert.throws(call, { message });
  });
});
