import assert from 'node:assert/strict';
import { proofCost } from '../../../../../shared/domain/proof-cost/proof-cost.ts';
import { wastePrices } from '../../../../../shared/domain/waste/prices.ts';
import { InvalidOperationsError } from '../../../../../shared/errors.ts';
import { parseOperations } from '../../../../../shared/policy/validate.ts';
import { policyWith } from '../../policy/operations-text.ts';

test('a class costs as much when it is wasted for a month as when a proof holds it for one', () => {
  const { costs } = parseOperations(policyWith({}));
  const { databaseClass } = wastePrices(costs);
  const classes = Object.keys(costs.prices.instanceHour);
  assert.ok(classes.length >= 10);
  assert.deepEqual(Object.keys(databaseClass), classes);
  for (const instanceClass of classes) {
    const size = {
      instanceClass,
      storageGb: 0,
      storageType: 'gp3',
      snapshots: 1,
      snapshotDays: 0,
      isCopiedToRegion: false,
    };
    const proof = proofCost(size, 730, costs.prices);
    const [copy] = proof.parts;
    assert.ok(Math.abs((copy?.money ?? 0) - (databaseClass[instanceClass] ?? 0)) < 0.01, instanceClass);
  }
});

test('a second price of a class is refused', () => {
  const policy = policyWith({ 'costs.waste.prices.databaseClass': { 'db.t3.micro': 13.14 } });
  assert.throws(
    () => parseOperations(policy),
    (error: Error) =>
      error instanceof InvalidOperationsError && /costs\.waste\.prices.*databaseClass/.test(error.message),
  );
});
