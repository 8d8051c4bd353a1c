import type { Severity } from '../contracts/notification.ts';

/** What AWS tells about money, before it is written for a channel. */
export type CostMessage = {
  /** The same for all that is told about one thing. */
  readonly key: string;
  readonly severity: Severity;
  readonly headline: string;
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
  };
}

/** `$1,234.50`; the sign of the currency says nothing here. */
const money = (text: string): number => Number(text.replaceAll(/[^\d.]/g, ''));
