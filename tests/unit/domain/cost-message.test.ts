import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { budgetMessage } from '../../../sandbox/services/budgets/budget-message.ts';
import { readBudgetMessage } from '../../../shared/domain/cost-message.ts';

const at = new Date('2026-05-03T16:00:00Z');
const limit = 12_000;
const written = (NotificationType: 'ACTUAL' | 'FORECASTED', line: number, amount: number, Unit = 'USD') =>
  budgetMessage(
    '123456789012',
    { BudgetName: 'monthly', BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: String(limit), Unit } },
    { NotificationType, ComparisonOperator: 'GREATER_THAN', Threshold: (100 * line) / limit },
    { amount, line, at },
  ).message;

describe('a message of AWS Budgets', () => {
  test('is today’s work when the budget is spent, and this week’s when it may be', () => {
    const money = fc.double({ min: 0.01, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom('ACTUAL' as const, 'FORECASTED' as const), money, money, (kind, line, amount) => {
        const read = readBudgetMessage(written(kind, line, amount));
        assert.equal(read?.key, 'budget/monthly');
        const isSpent = kind === 'ACTUAL' && Math.round(line * 100) >= limit * 100;
        assert.equal(read?.severity, isSpent ? 'P2' : 'P3');
      }),
    );
  });

  test('says how much of how much', () => {
    const headline = (kind: 'ACTUAL' | 'FORECASTED') => readBudgetMessage(written(kind, 9600, 9715.5))?.headline;
    assert.equal(headline('ACTUAL'), 'budget monthly: $9,715.50 spent of $12,000.00');
    assert.equal(headline('FORECASTED'), 'budget monthly: $9,715.50 forecast of $12,000.00');
    assert.equal(readBudgetMessage(written('ACTUAL', 12_000, 12_001, 'EUR'))?.severity, 'P2');
  });

  test('is not seen in any other text', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(readBudgetMessage(text), undefined)));
    assert.equal(
      readBudgetMessage(written('ACTUAL', 1, 2).replace('Alert Type: ACTUAL', 'Alert Type: ODD')),
      undefined,
    );
  });
});
