import { CostEvidence } from '../../../shared/contracts/cost-report.ts';
import { generateBill } from '../../cost-series/bill.ts';
import type { SweptWorkflow } from '../swept-workflow.ts';

/** Each run finds a bill with an anomaly on its last settled day. */
export const workflow: SweptWorkflow = {
  input: () => ({}),
  async prepare({ sandbox: { costs } }) {
    const { data } = costs;
    const bill = generateBill({ seed: 7, days: 202, endDay: data.today - 1 });
    const lines = bill.lines.map((line, index) => {
      const last = line.amounts.length - 1;
      return index === 0 ? { ...line, amounts: line.amounts.with(last, (line.amounts[last] ?? 0) + 900) } : line;
    });
    data.bill = { ...bill, lines };
  },
  violations: ({ executions, evidence }) =>
    executions
      .filter(({ status }) => status === 'SUCCEEDED')
      .flatMap(({ name }) => {
        const stored = evidence.get(`cost-report/${name}/evidence.json`);
        return stored === undefined
          ? ['succeeded without evidence']
          : reportViolations(CostEvidence.parse(JSON.parse(stored)));
      }),
};

/** Succeeded means: the anomaly is told, or the report says that it is partial; and no unread cost is told as stopped. */
function reportViolations({ analysis, isPartial }: CostEvidence): string[] {
  if (analysis === null) return ['succeeded without an analysis'];
  const isSeen = analysis.events.some(({ isNew }) => isNew);
  return [
    ...(isSeen || isPartial ? [] : ['the anomaly of the last day is not told']),
    ...analysis.events
      .filter(({ kind }) => kind === 'missing')
      .map(({ id }) => `a cost that was not read is told as stopped: ${id}`),
  ];
}
