import type { Severity } from '../../contracts/common.ts';
import { AnomalyMessage } from '../../contracts/notification.ts';
import type { SeverityRule } from './severity.ts';

/** What AWS reports about money, before it is written for a channel. */
export type CostMessage = {
  /** The same for all that is reported about one thing. */
  readonly key: string;
  readonly severity: Severity;
  readonly headline: string;
  readonly lines: readonly string[];
};

/**
 * Reads the text that AWS Budgets publishes. A budget that is spent wants a person today; one that may be, or nearly
 * is, wants one this week. Undefined for any other text.
 */
export function readBudgetMessage(text: string): CostMessage | undefined {
  const field = (name: string) => new RegExp(`^${name}: (?:> )?(.+)$`, 'm').exec(text)?.[1]?.trim();
  const [budget, kind, limit, line] = ['Budget Name', 'Alert Type', 'Budgeted Amount', 'Alert Threshold'].map(field);
  if (budget === undefined || limit === undefined || line === undefined) return undefined;
  if (kind !== 'ACTUAL' && kind !== 'FORECASTED') return undefined;
  const isSpent = kind === 'ACTUAL' && money(line) >= money(limit);
  const amount = field(`${kind} Amount`) ?? `more than ${line}`;
  return {
    key: `budget/${budget}`,
    severity: isSpent ? 'P2' : 'P3',
    headline: `budget ${budget}: ${amount} ${kind === 'ACTUAL' ? 'spent' : 'forecast'} of ${limit}`,
    lines: text.split('\n'),
  };
}

/**
 * Reads the JSON of Cost Anomaly Detection: as severe as the money of its worst day, as an anomaly of the cost report
 * is. Undefined for anything else.
 */
export function readAnomalyMessage(value: unknown, rule: SeverityRule): CostMessage | undefined {
  const found = AnomalyMessage.safeParse(value).data;
  if (found === undefined) return undefined;
  const { anomalyId, impact, rootCauses, dimensionalValue } = found;
  const causes = rootCauses.map(({ service, usageType, region, linkedAccount }) =>
    [service, usageType, region, linkedAccount].filter((one) => one !== '').join(' / '),
  );
  const day = (text: string) => text.slice(0, 10);
  return {
    key: `anomaly/${anomalyId}`,
    severity: impact.maxImpact >= rule.P2 ? 'P2' : impact.maxImpact >= rule.P3 ? 'P3' : 'P4',
    headline: `AWS finds ${impact.totalImpact.toFixed(2)} USD too much for ${causes[0] ?? dimensionalValue}`,
    lines: [
      `From ${day(found.anomalyStartDate)} to ${day(found.anomalyEndDate)}, up to ${impact.maxImpact.toFixed(2)} USD a day`,
      ...causes.map((cause) => `Cause: ${cause}`),
      found.anomalyDetailsLink,
    ],
  };
}

/** `$1,234.50`; the sign of the currency says nothing here. */
const money = (text: string): number => Number(text.replaceAll(/[^\d.]/g, ''));
