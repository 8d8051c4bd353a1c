import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CollectedCosts } from '../../../../../shared/contracts/cost-report.ts';
import type { ProofCostEntry } from '../../../../../shared/contracts/proof/proof-cost.ts';
import { isoDate } from '../../../../../shared/domain/cost/days.ts';
import { proofSpend } from '../../../../../shared/domain/proof-cost/spend.ts';
import { proofText } from '../../../../../shared/report/cost/cost-summary.ts';

const amount = fc.option(fc.integer({ min: 0, max: 100 }), { freq: 40 });
const bills = fc
  .record({ firstDay: fc.integer({ min: 20_000, max: 21_000 }), days: fc.integer({ min: 1, max: 90 }) })
  .chain(({ firstDay, days }) => {
    const amounts = fc.array(amount, { minLength: days, maxLength: days });
    const tags = fc.array(
      fc.record({ value: fc.constantFrom('', 'backup-and-verify', 'prove-snapshot', 'office-hours'), amounts }),
    );
    return fc.record({ firstDay: fc.constant(firstDay), total: amounts, tags });
  });
const histories = fc.array(
  fc.record<ProofCostEntry>({
    execution: fc.string(),
    database: fc.string(),
    hours: fc.nat(9),
    money: fc.option(fc.nat(100)),
    isActual: fc.boolean(),
  }),
);

describe('what the proofs of a month cost', () => {
  test('is the sum of their tags in the month of the last day, unknown when one of its days is, and the whole records', () => {
    fc.assert(
      fc.property(bills, histories, ({ firstDay, total, tags }, records) => {
        const costs = { from: isoDate(firstDay), total, tags } as unknown as CollectedCosts;
        const asked: string[] = [];
        const spend = proofSpend(costs, (month) => {
          asked.push(month);
          return records;
        });
        const month = isoDate(firstDay + total.length - 1).slice(0, 7);
        assert.deepEqual([spend.month, asked], [month, [month]]);
        let billed: number | null = 0;
        for (let index = 0; index < total.length; index += 1) {
          if (isoDate(firstDay + index).slice(0, 7) !== month) continue;
          const ofProofs = tags.filter(({ value }) => ['backup-and-verify', 'prove-snapshot'].includes(value));
          for (const one of [total[index], ...ofProofs.map(({ amounts }) => amounts[index])]) {
            if (one === null) billed = null;
          }
          if (billed !== null) for (const { amounts } of ofProofs) billed += amounts[index] ?? 0;
        }
        assert.equal(spend.billed, billed);
        assert.equal(spend.runs, records.length);
        assert.equal(spend.unpriced, records.filter(({ money }) => money === null).length);
      }),
    );
  });

  test('asks for the tag when nothing was billed by it, and never calls unknown nothing', () => {
    const spend = { month: '2026-05', billed: 0, predicted: 3, runs: 2, unpriced: 0 };
    assert.match(
      proofText(spend, 'USD'),
      /^Drills of 2026-05: 0\.00 USD billed .* activated as a cost allocation tag\?\)$/,
    );
    const unknown = proofText({ ...spend, billed: null }, 'USD');
    assert.equal(unknown, 'Drills of 2026-05: an unknown sum billed by tag, 3.00 USD predicted for 2 runs');
  });
});
