import { makeCostExplorer } from '../../shared/aws/cost-explorer.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { scansOfBuckets } from '../../shared/aws/waste/buckets.ts';
import { scansOfDatabases } from '../../shared/aws/waste/databases.ts';
import { refusalOf, type WasteScan } from '../../shared/aws/waste/look.ts';
import { scansOfRegion } from '../../shared/aws/waste/region.ts';
import { config } from '../../shared/config.ts';
import { CollectedCosts, FindWasteInput, FindWasteOutput } from '../../shared/contracts/cost-report.ts';
import type { Waste, WasteFinding } from '../../shared/contracts/waste.ts';
import { awsCallDeadline, lambdaReserve } from '../../shared/deadlines.ts';
import { dayOf, isoDate } from '../../shared/domain/cost/days.ts';
import { assessCoverage, assessUntagged } from '../../shared/domain/waste/bill.ts';
import { byMoney, findingOf, type Verdict } from '../../shared/domain/waste/finding.ts';
import { CostDataUnavailableError, coerceError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { wasteSetting } from '../../shared/rules/waste.ts';

/** Days of which coverage is asked. */
const coverageDays = 30;

/** A part that is begun may wait for two calls to their deadline; then what was found must still be stored. */
const reserve = 2 * awsCallDeadline + lambdaReserve;

/**
 * Looks for what costs money and serves nobody. A service that refuses or is not to be had is named as missing; the
 * others are reported all the same. Changes nothing, so a second call is harmless.
 */
export const findWaste = defineTask({
  input: FindWasteInput,
  output: FindWasteOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    explorer: makeCostExplorer(),
    setting: wasteSetting(operations(), config().stage),
    now: () => new Date(),
  }),
  async run(
    { executionName, startedAt, costsKey, requests: before },
    { store, explorer, setting, now: clock },
    { progress, remainingTime },
  ) {
    const { regions, currency, tag, settleDays } = setting;
    const now = clock();
    let requests = before;
    const ofBill = (verdict: Verdict | undefined, resource: string) =>
      verdict === undefined ? [] : [findingOf(verdict, 'global', resource)];
    const lastDay = dayOf(startedAt) - settleDays;
    const span = { from: isoDate(lastDay + 1 - coverageDays), to: isoDate(lastDay + 1) };
    const looks: readonly WasteScan[] = [
      ...regions.flatMap((region) => scansOfRegion(region, setting, now)),
      ...regions.flatMap((region) => scansOfBuckets(region, setting, now)),
      ...scansOfDatabases(setting, now),
      ...(['Savings Plans', 'reservations'] as const).map((what) => ({
        part: `coverage by ${what}`,
        region: 'global',
        async read() {
          const answer = await explorer.coverage(what, span);
          requests += answer.requests;
          return ofBill(assessCoverage({ what, percent: answer.percent, days: coverageDays }), what);
        },
      })),
      {
        part: 'untagged share',
        region: 'global',
        read: async () => ofBill(assessUntagged(await readCosts(store, costsKey), tag), tag),
      },
    ];

    const findings: WasteFinding[] = [];
    const missing: Waste['missing'] = [];
    const miss = (part: string, region: string, error: unknown) => {
      missing.push({ part, region, error: refusalOf(error) ?? coerceError(error).name });
      logger.warn('part of the waste is not known', { part, region, error });
    };
    for (const [index, { part, region, read }] of looks.entries()) {
      try {
        if (remainingTime() < reserve) missing.push({ part, region, error: 'OutOfTime' });
        else findings.push(...(await read((of, error) => miss(of, region, error))));
      } catch (error) {
        if (refusalOf(error) === undefined) throw error;
        miss(part, region, error);
      }
      progress('parts', index + 1, looks.length);
    }

    const waste: Waste = { schemaVersion: 1, currency, findings: byMoney(findings), missing };
    const wasteKey = `cost-report/${executionName}/waste.json`;
    await store.put(wasteKey, JSON.stringify(waste, undefined, 2), 'application/json');
    logger.info('waste found', { wasteKey, findings: findings.length, missing, requests });
    return { wasteKey, requests };
  },
});
export const { handler } = findWaste;

async function readCosts(store: ObjectStore, costsKey: string): Promise<CollectedCosts> {
  const text = await store.getText(costsKey);
  if (text !== undefined) return CollectedCosts.parse(JSON.parse(text));
  throw new CostDataUnavailableError(`costs '${costsKey}' are not in the evidence bucket`, {
    hints: ['Start the workflow again; did a lifecycle rule or a person remove the object?'],
  });
}
