import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ProofSize } from '../../../../../shared/contracts/proof/proof-cost.ts';
import { copyHours, proofCost } from '../../../../../shared/domain/proof-cost/proof-cost.ts';
import { costText } from '../../../../../shared/report/backup/cost-text.ts';

const prices = {
  instanceHour: { 'db.r6g.large': 0.2 },
  storageGbMonth: { gp3: 0.1 },
  snapshotGbMonth: 0.1,
  transferGb: 0.02,
};
const size: ProofSize = {
  instanceClass: 'db.r6g.large',
  storageGb: 730,
  storageType: 'gp3',
  snapshots: 1,
  snapshotDays: 730 / 24,
  isCopiedToRegion: false,
};
const sizes = fc.record({
  instanceClass: fc.constantFrom('db.r6g.large', 'db.unheard.of', 'toString'),
  storageGb: fc.integer({ min: 0, max: 65_536 }),
  storageType: fc.constantFrom('gp3', 'io9', 'constructor'),
  snapshots: fc.integer({ min: 1, max: 2 }),
  snapshotDays: fc.integer({ min: 0, max: 366 }),
  isCopiedToRegion: fc.boolean(),
});

describe('the cost of a drill', () => {
  test('is hours of the copy, its storage, a snapshot for its days, and the same again with the transfer in another region', () => {
    const { parts, total } = proofCost(size, 10, prices);
    assert.deepEqual(
      parts.map(({ name, money }) => [name, Number(money?.toFixed(6))]),
      [
        ['copy of class db.r6g.large', 2],
        ['730 GB of gp3', 1],
        ['snapshot', 73],
      ],
    );
    assert.equal(total?.toFixed(6), '76.000000');
    const copied = proofCost({ ...size, isCopiedToRegion: true }, 10, prices);
    assert.equal(copied.total?.toFixed(6), (76 + 73 + 14.6).toFixed(6));
    const twice = proofCost({ ...size, snapshots: 2, isCopiedToRegion: true }, 10, prices);
    assert.equal(
      twice.total?.toFixed(6),
      (3 + 2 * (73 + 73 + 14.6)).toFixed(6),
      'a second attempt takes a second snapshot',
    );
  });

  test('is known when each of its parts has a price, and then their sum; a price that is missing is never a zero', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 100, noNaN: true }), (given, hours) => {
        const { parts, total } = proofCost(given, hours, prices);
        const isPriced = given.instanceClass === 'db.r6g.large' && given.storageType === 'gp3';
        assert.equal(total !== null, isPriced);
        assert.equal(
          parts.every(({ money }) => money !== null),
          isPriced,
        );
        if (total !== null) {
          const sum = parts.reduce((known, { money }) => known + (money ?? Number.NaN), 0);
          assert.ok(Math.abs(total - sum) < 1e-9 && total >= 0);
          assert.ok((proofCost(given, hours + 1, prices).total ?? 0) > total);
        }
      }),
    );
  });

  test('is reported with what has no price', () => {
    const unpriced = proofCost({ ...size, instanceClass: 'db.unheard.of' }, 6, prices);
    assert.equal(
      costText(unpriced, 'USD'),
      'unknown, no price for copy of class db.unheard.of in operations.yml (copy for 6.00 h)',
    );
    assert.equal(costText(proofCost(size, 10, prices), 'USD'), '76.00 USD (copy for 10.00 h)');
  });

  test('counts the hours of the copies of both attempts, and of nothing else', () => {
    const phase = (name: string, from: string, to: string) => ({
      name,
      startedAt: `2026-03-01T${from}:00.000Z`,
      endedAt: `2026-03-01T${to}:00.000Z`,
    });
    const before = [phase('TakeWitness', '08:00', '09:00'), phase('CopySnapshot', '09:00', '12:00')];
    assert.equal(copyHours(before), null);
    const proof = [phase('StartRestore', '12:00', '12:15'), phase('CleanUp', '12:15', '12:30')];
    assert.equal(copyHours([...before, ...proof]), 0.5);
    assert.equal(copyHours([...before, ...proof, ...before, ...proof]), 1);
  });
});
