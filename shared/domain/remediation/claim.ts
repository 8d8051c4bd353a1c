import type { BudgetClaim, RemedyMode, RemedyName } from '../../contracts/remediation/remediation.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type RemedyBudget = {
  /** Acts of all databases together, in an hour and in a day. */
  readonly hour: number;
  readonly day: number;
  /** The same of each database. */
  readonly databaseHour: number;
  readonly databaseDay: number;
  readonly coolDownSeconds: number;
};

export type ClaimRequest = {
  readonly execution: string;
  readonly actId: string;
  readonly causeKey: string;
  readonly remedy: RemedyName;
  readonly mode: RemedyMode;
  readonly database: string;
};

export type ClaimDecision =
  | { readonly kind: 'granted' }
  | { readonly kind: 'held'; readonly claim: BudgetClaim }
  | { readonly kind: 'repeated' | 'spent'; readonly reason: string };

/**
 * Whether an act may be claimed, by all claims before it. Who observes spends nothing of what may act, and is held to the same
 * budget among those who observe: so its report says what would have been done. A clock that was set back makes no claim
 * older than it is.
 */
export function decideClaim(
  claims: readonly BudgetClaim[],
  request: ClaimRequest,
  budget: RemedyBudget,
  now: number,
): ClaimDecision {
  const same = claims.find(({ actId, remedy }) => actId === request.actId && remedy === request.remedy);
  if (same !== undefined) {
    if (same.execution === request.execution) return { kind: 'held', claim: same };
    return { kind: 'repeated', reason: `the same change of the alarm is dealt with by execution '${same.execution}'` };
  }
  const counted = claims.filter(({ mode }) => (mode === 'observe') === (request.mode === 'observe'));
  const within = (milliseconds: number) =>
    counted.filter(({ claimedAt }) => now - Date.parse(claimedAt) < milliseconds);
  const cooling = within(budget.coolDownSeconds * 1000).find(({ causeKey }) => causeKey === request.causeKey);
  if (cooling !== undefined) {
    return {
      kind: 'repeated',
      reason: `execution '${cooling.execution}' has dealt with it at ${cooling.claimedAt}, within the cool-down of ${budget.coolDownSeconds} s`,
    };
  }
  const ofDatabase = (of: readonly BudgetClaim[]) => of.filter(({ database }) => database === request.database);
  const [hour, day] = [within(HOUR), within(DAY)];
  const limits: readonly [used: number, most: number, what: string][] = [
    [ofDatabase(hour).length, budget.databaseHour, `of an hour of database '${request.database}'`],
    [ofDatabase(day).length, budget.databaseDay, `of a day of database '${request.database}'`],
    [hour.length, budget.hour, 'of an hour of all databases'],
    [day.length, budget.day, 'of a day of all databases'],
  ];
  const spent = limits.find(([used, most]) => used >= most);
  if (spent === undefined) return { kind: 'granted' };
  return { kind: 'spent', reason: `the budget ${spent[2]} is spent: ${spent[0]} of ${spent[1]} acts` };
}
