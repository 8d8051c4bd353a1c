import type { CostAnalysis, CostEvent } from '../../contracts/cost-report.ts';

/** Money a day from which an excess is that severe. */
export type SeverityRule = { readonly P2: number; readonly P3: number };
type Severity = CostAnalysis['severity'];

/**
 * How urgent a report is, by money. Only what the report before could not report counts: an excess that lasts is reported
 * every day and calls somebody once. A cost that has stopped is at least a P3: what does not run costs nothing.
 */
export function severityOf(
  events: readonly CostEvent[],
  month: Pick<CostAnalysis['month'], 'isNewlyBeyondBudget'>,
  rule: SeverityRule,
): Severity {
  const found = events.filter(({ isNew }) => isNew).map((event) => severityOfEvent(event, rule));
  if (found.includes('P2')) return 'P2';
  return found.includes('P3') || month.isNewlyBeyondBudget ? 'P3' : 'P4';
}

function severityOfEvent({ aDay, kind }: CostEvent, rule: SeverityRule): Severity {
  if (kind !== 'missing' && aDay >= rule.P2) return 'P2';
  return kind === 'missing' || aDay >= rule.P3 ? 'P3' : 'P4';
}
