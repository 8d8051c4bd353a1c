import { pricePerRequest } from '../../shared/aws/cost-explorer.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  CostAnalysis,
  CostEvidence,
  RecordCostReportInput,
  RecordCostReportOutput,
} from '../../shared/contracts/cost-report.ts';
import { Waste } from '../../shared/contracts/waste.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { CostDataUnavailableError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishCostMetrics } from '../../shared/metrics/cost.ts';
import { operations } from '../../shared/policy/operations.ts';
import { costReport } from '../../shared/report/cost/cost-report.ts';
import { costSummary } from '../../shared/report/cost/cost-summary.ts';

/**
 * Stores the evidence of a run, and the page that is drawn from it. A second call is harmless: evidence is written once;
 * when it is there already, it is read back and is the answer.
 */
export const recordCostReport = defineTask({
  input: RecordCostReportInput,
  output: RecordCostReportOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    timeZone: operations().platform.timeZone,
    stage: config().stage,
    now: () => new Date(),
  }),
  async run(input, { store, timeZone, stage, now }) {
    const { executionName, costsKey, analysisKey, wasteKey, causes, isPartial, requests, causesFailure, wasteFailure } =
      input;
    const evidenceKey = `cost-report/${executionName}/evidence.json`;
    const reportKey = `cost-report/${executionName}/report.html`;
    const readBack = async <T>(what: string, key: string | null, { parse }: { parse(value: unknown): T }) => {
      if (key === null) return null;
      const text = await store.getText(key);
      if (text !== undefined) return parse(JSON.parse(text));
      throw new CostDataUnavailableError(`${what} '${key}' is not in the evidence bucket`, {
        hints: ['Start the workflow again; did a lifecycle rule or a person remove the object?'],
      });
    };
    const analysis = await readBack('analysis', analysisKey, CostAnalysis);
    const waste = await readBack('waste', wasteKey, Waste);
    const reported = new Map(causes.map((one) => [one.id, one.causes]));
    const evidence: CostEvidence = {
      schemaVersion: 1,
      workflow: 'cost-report',
      execution: {
        name: executionName,
        arn: input.executionArn,
        startedAt: input.startedAt,
        recordedAt: now().toISOString(),
      },
      stage,
      analysis: analysis && {
        ...analysis,
        events: analysis.events.map((event) => ({
          ...event,
          causes: [...event.causes, ...(reported.get(event.id) ?? [])],
        })),
        notes: [
          ...analysis.notes,
          ...(causesFailure === null ? [] : [`Where the anomalies come from could not be asked: ${causesFailure}.`]),
          ...(wasteFailure === null ? [] : [`Waste could not be looked for: ${wasteFailure}.`]),
        ],
      },
      waste,
      costsKey,
      isPartial,
      price: requests * pricePerRequest,
      requests,
      failure: readableFailure(input.failure),
    };
    const isNew = await store.putNew(evidenceKey, JSON.stringify(evidence, undefined, 2), 'application/json');
    const recorded = isNew ? evidence : CostEvidence.parse(JSON.parse((await store.getText(evidenceKey)) ?? '{}'));
    await store.put(reportKey, costReport(recorded, timeZone), 'text/html; charset=utf-8');
    if (isNew) publishCostMetrics(recorded);
    const summary = costSummary(recorded);
    logger.info('cost report recorded', { evidenceKey, severity: summary.severity, subject: summary.subject });
    return { isMade: recorded.failure === null, ...summary, evidenceKey, reportKey };
  },
});
export const { handler } = recordCostReport;
