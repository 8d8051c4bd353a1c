import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  AnalyseCostsInput,
  AnalyseCostsOutput,
  CollectedCosts,
  type CostAnalysis,
} from '../../shared/contracts/cost-report.ts';
import { analyseCosts as analyse } from '../../shared/domain/cost/analysis.ts';
import { dayOf, isoDate } from '../../shared/domain/cost/days.ts';
import { proofSpend } from '../../shared/domain/proof-cost/spend.ts';
import { CostDataUnavailableError } from '../../shared/errors.ts';
import { lastMonth, thisMonth } from '../../shared/evidence/proof-cost-store.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { costRule } from '../../shared/rules/cost.ts';

/** Each costs two requests to explain: the dearest are enough. */
const mostExplained = 10;

/** Assesses the collected bill. A second call is harmless: the same bill gives the same analysis. */
export const analyseCosts = defineTask({
  input: AnalyseCostsInput,
  output: AnalyseCostsOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    rule: costRule(operations(), config().stage),
    settleDays: operations().costs.settleDays,
  }),
  async run({ executionName, startedAt, costsKey }, { store, rule, settleDays }) {
    const text = await store.getText(costsKey);
    if (text === undefined) {
      throw new CostDataUnavailableError(`costs '${costsKey}' are not in the evidence bucket`, {
        hints: ['Start the workflow again; did a lifecycle rule or a person remove the object?'],
      });
    }
    const costs = CollectedCosts.parse(JSON.parse(text));
    // The last settled day may be one of the month before.
    const [current, before] = [await thisMonth(store, startedAt), await lastMonth(store, startedAt)];
    const costsOf = (month: string) => (startedAt.startsWith(month) ? current : before);
    // Prices are in the currency of operations.yml.
    const drills = costs.currency === rule.currency ? proofSpend(costs, costsOf) : null;
    const analysis: CostAnalysis = { ...analyse(costs, rule), drills };
    const analysisKey = `cost-report/${executionName}/analysis.json`;
    await store.put(analysisKey, JSON.stringify(analysis), 'application/json');
    const recent = isoDate(dayOf(startedAt) - settleDays - 7);
    const unexplained = analysis.events
      .filter(({ last }) => last >= recent)
      .flatMap(({ id, kind, service, usageTypes, first, last, causes }) => {
        const caused = causes.find(({ dimension }) => dimension === 'service')?.value ?? service;
        const usageType = causes.find(({ dimension }) => dimension === 'usageType')?.value ?? usageTypes[0] ?? null;
        return caused === null ? [] : [{ id, kind, service: caused, usageType, first, last }];
      })
      .slice(0, mostExplained);
    logger.info('costs analysed', { analysisKey, events: analysis.events.length, severity: analysis.severity });
    return { analysisKey, edition: analysis.edition, unexplained };
  },
});
export const { handler } = analyseCosts;
