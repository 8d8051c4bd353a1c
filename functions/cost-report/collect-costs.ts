import { type CostAnswer, makeCostExplorer } from '../../shared/aws/cost-explorer.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { CollectCostsInput, CollectCostsOutput } from '../../shared/contracts/cost-report.ts';
import { collectedCosts } from '../../shared/domain/cost/collected.ts';
import { dayOf, isoDate } from '../../shared/domain/cost/days.ts';
import { daysToCollect, periodOf } from '../../shared/domain/cost/edition.ts';
import { CostDataUnavailableError, coerceError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Reads the bill of the settled days: totals, and divided three ways. A division that broke off is stored with the days
 * of which it is whole. Changes nothing, so a second call is harmless but for the price of its requests.
 */
export const collectCosts = defineTask({
  input: CollectCostsInput,
  output: CollectCostsOutput,
  deps: () => ({
    explorer: makeCostExplorer(),
    store: makeObjectStore(config().evidenceBucket),
    rule: operations().costs,
  }),
  async run({ executionName, startedAt, attempt, requests: before }, { explorer, store, rule }, { progress }) {
    const lastDay = dayOf(startedAt) - rule.settleDays;
    const days = daysToCollect(periodOf(lastDay), rule.historyDays);
    const span = { from: isoDate(lastDay + 1 - days), to: isoDate(lastDay + 1) };
    const answers: CostAnswer[] = [];
    const read = async (groupBy: Parameters<typeof explorer.read>[0]['groupBy']) => {
      const answer = await explorer.read({ ...span, groupBy });
      answers.push(answer);
      progress('questions', answers.length, 4);
      return answer.rows;
    };
    const totals = await read([]);
    if (!totals.some(({ amount }) => amount !== 0)) {
      throw new CostDataUnavailableError(`Cost Explorer reports no cost from ${span.from} to ${isoDate(lastDay)}`, {
        hints: [
          'Was Cost Explorer enabled today? It needs a day to be filled.',
          'In a member account, the management account has to let members see their costs.',
        ],
      });
    }
    const reported = {
      ...span,
      totals,
      parts: await read([{ dimension: 'SERVICE' }, { dimension: 'USAGE_TYPE' }]),
      places: await read([{ dimension: 'LINKED_ACCOUNT' }, { dimension: 'REGION' }]),
      tags: await read([{ tag: rule.tag }]),
    };
    const notes = answers.flatMap(({ breakage }) =>
      breakage === undefined ? [] : [`Cost Explorer broke off in the middle of an answer: ${breakage}.`],
    );
    // AWS's own detector is a second opinion: a report without it is a report.
    const aws = await explorer.anomalies(span.from, isoDate(lastDay)).catch((error: unknown) => {
      notes.push(`AWS's own anomalies could not be read: ${coerceError(error).name}.`);
      return { found: null, requests: 1 };
    });
    const anomalies = aws.found?.map((one) => ({ ...one, usageType: one.usageType ?? null })) ?? null;
    const costs = collectedCosts(reported, anomalies, notes);
    const costsKey = `cost-report/${executionName}/costs-${attempt}.json`;
    await store.put(costsKey, JSON.stringify(costs), 'application/json');
    const requests = answers.reduce((sum, answer) => sum + answer.requests, before + aws.requests);
    const isPartial = answers.some(({ breakage }) => breakage !== undefined);
    logger.info('costs collected', { costsKey, ...span, series: costs.parts.length, requests, isPartial });
    return { costsKey, isPartial, requests };
  },
});
export const { handler } = collectCosts;
