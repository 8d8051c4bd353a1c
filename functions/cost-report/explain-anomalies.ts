import { makeCostExplorer } from '../../shared/aws/cost-explorer.ts';
import { ExplainAnomaliesInput, ExplainAnomaliesOutput } from '../../shared/contracts/cost-report.ts';
import { dayOf, isoDate } from '../../shared/domain/cost/days.ts';
import { causesInPlaces, daysBefore } from '../../shared/domain/cost/places.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Asks where the dearest anomalies come from: region, account and tag, of their service and usage type only. Changes
 * nothing, so a second call is harmless but for the price of its requests.
 */
export const explainAnomalies = defineTask({
  input: ExplainAnomaliesInput,
  output: ExplainAnomaliesOutput,
  deps: () => ({ explorer: makeCostExplorer(), tag: operations().costs.tag }),
  async run({ unexplained, requests: before }, { explorer, tag }, { progress }) {
    let requests = before;
    const causes: { id: string; causes: ReturnType<typeof causesInPlaces> }[] = [];
    for (const event of unexplained) {
      const span = { from: isoDate(dayOf(event.first) - daysBefore), to: isoDate(dayOf(event.last) + 1) };
      const only = { SERVICE: event.service, ...(event.usageType !== null && { USAGE_TYPE: event.usageType }) };
      const places = await explorer.read({
        ...span,
        only,
        groupBy: [{ dimension: 'REGION' }, { dimension: 'LINKED_ACCOUNT' }],
      });
      const tags = await explorer.read({ ...span, only, groupBy: [{ tag }] });
      requests += places.requests + tags.requests;
      // Half an answer would point at the wrong place.
      const isWhole = places.breakage === undefined && tags.breakage === undefined;
      const found = isWhole ? causesInPlaces({ ...span, places: places.rows, tags: tags.rows }, event) : [];
      causes.push({ id: event.id, causes: found });
      progress('anomalies', causes.length, unexplained.length);
    }
    logger.info('anomalies explained', { causes, requests });
    return { causes, requests };
  },
});
export const { handler } = explainAnomalies;
