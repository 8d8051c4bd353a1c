import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BillLine } from '../../../../../sandbox/cost-series/bill.ts';
import { budgetMessage } from '../../../../../sandbox/services/budgets/budget-message.ts';
import { anomaliesOf } from '../../../../../sandbox/services/costexplorer/anomalies.ts';
import { anomalyMessage } from '../../../../../sandbox/services/costexplorer/anomaly-message.ts';
import { noCosts } from '../../../../../sandbox/services/costexplorer/cost-data.ts';
import { readSubscription } from '../../../../../sandbox/services/costexplorer/read-subscription.ts';
import { readAnomalyMessage, readBudgetMessage } from '../../../../../shared/domain/cost/message.ts';

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

describe('a message of Cost Anomaly Detection', () => {
  const account = '123456789012';
  const monitor = `arn:aws:ce::${account}:anomalymonitor/m-1`;
  const line: BillLine = {
    account,
    service: 'Amazon RDS',
    usageType: 'InstanceUsage:db.r6g.large',
    region: 'us-east-1',
    tag: '',
    amounts: [10, 10, 110, 110, 10, 10, 10],
  };
  const data = (money: number) => ({
    ...noCosts(20_006),
    bill: { firstDay: 20_000, lines: [line], labels: [{ kind: 'spike', start: 2, end: 3, money, line } as const] },
  });
  const rule = { P2: 500, P3: 50 };

  test('is as severe as its worst day, and reports money, days and cause', () => {
    const [anomaly] = anomaliesOf(data(100), monitor);
    assert.ok(anomaly);
    assert.deepEqual(
      [anomaly.Impact.TotalActualSpend, anomaly.Impact.TotalExpectedSpend, anomaly.Impact.TotalImpactPercentage],
      [220, 20, 1000],
    );
    const read = readAnomalyMessage(JSON.parse(anomalyMessage(account, anomaly)), rule);
    assert.equal(read?.key, `anomaly/${anomaly.AnomalyId}`);
    assert.match(
      read?.headline ?? '',
      /^AWS finds 200\.00 USD too much for Amazon RDS \/ InstanceUsage:db\.r6g\.large \//,
    );
    assert.equal(read?.lines[0], 'From 2024-10-06 to 2024-10-07, up to 100.00 USD a day');
    assert.match(read?.lines.at(-1) ?? '', /\/monitors\/m-1\/anomalies\/anomaly-/);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (money) => {
        const [found] = anomaliesOf(data(money), monitor);
        assert.ok(found);
        const { severity } = readAnomalyMessage(JSON.parse(anomalyMessage(account, found)), rule) ?? {};
        assert.equal(severity, money >= 500 ? 'P2' : money >= 50 ? 'P3' : 'P4');
      }),
    );
  });

  test('is not seen in any other JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(readAnomalyMessage(value, rule), undefined)));
  });

  test('comes by no subscription that AWS would refuse, or that would report otherwise here', () => {
    const Subscribers = [{ Type: 'SNS', Address: `arn:aws:sns:us-east-1:${account}:costs` }];
    const threshold = (change: object) =>
      JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: ['50'],
          ...change,
        },
      });
    const read = (change: object) =>
      readSubscription({
        SubscriptionName: 's',
        Frequency: 'IMMEDIATE',
        MonitorArnList: [monitor],
        Subscribers,
        ThresholdExpression: threshold({}),
        ...change,
      });
    assert.equal(read({}).threshold, 50);
    const refused: [object, RegExp][] = [
      [{ Frequency: 'DAILY' }, /'DAILY'/],
      [{ Subscribers: [{ Type: 'EMAIL', Address: 'a@example.com' }] }, /only supports SNS/],
      [{ Subscribers: [] }, /needs a monitor and a subscriber/],
      [{ Threshold: 5 }, /'Threshold'/],
      [{ ThresholdExpression: threshold({ Key: 'ANOMALY_TOTAL_IMPACT_PERCENTAGE' }) }, /PERCENTAGE/],
      [{ ThresholdExpression: threshold({ MatchOptions: ['EQUALS'] }) }, /match option/],
      [{ ThresholdExpression: threshold({ Values: [''] }) }, /no number/],
    ];
    for (const [change, message] of refused) assert.throws(() => read(change), { message });
  });
});
