import type { CollectedCosts } from '../../contracts/cost-report.ts';
import type { Verdict } from './finding.ts';

/** Days of the bill that make a month. */
const monthDays = 30;
/** A smaller share of the bill is nobody's trouble. */
const unreportedShare = 0.1;
/** What Savings Plans and reservations usually reach where use is steady. */
const wantedCoverage = 70;

/** The share of the newest 30 days that bears no value of the cost allocation tag: nobody can be asked about it. */
export function assessUntagged({ total, tags, currency }: CollectedCosts, tag: string): Verdict | undefined {
  const untagged = tags.find(({ value }) => value === '');
  if (untagged === undefined) return undefined;
  let [spent, bare, days] = [0, 0, 0];
  for (let index = Math.max(0, total.length - monthDays); index < total.length; index += 1) {
    const [all, part] = [total[index] ?? null, untagged.amounts[index] ?? null];
    if (all === null || part === null) continue;
    [spent, bare, days] = [spent + all, bare + part, days + 1];
  }
  if (days === 0 || spent <= 0 || bare / spent < unreportedShare) return undefined;
  return {
    kind: 'untagged-spend',
    aMonth: null,
    basis: 'a tag saves nothing by itself; it says whom to ask',
    evidence: `${bare.toFixed(2)} of ${spent.toFixed(2)} ${currency} in ${days} days bear no tag ${tag} (${Math.round((100 * bare) / spent)} %)`,
    difficulty: 'project',
    action: `aws resourcegroupstaggingapi tag-resources --tags ${tag}=<value> --resource-arn-list <arns>, and activate the tag in the billing console`,
  };
}

export type Coverage = {
  readonly what: 'Savings Plans' | 'reservations';
  /** Percent; undefined: there is no use that could be covered. */
  readonly percent: number | undefined;
  readonly days: number;
};

/** Steady use that is paid by the hour. How much a commitment saves depends on its term, and is AWS's to compute. */
export function assessCoverage({ what, percent, days }: Coverage): Verdict | undefined {
  if (percent === undefined || percent >= wantedCoverage) return undefined;
  return {
    kind: 'uncovered-use',
    aMonth: null,
    basis: 'depends on term and payment; the recommendations of Cost Explorer compute it',
    evidence: `${what} cover ${percent.toFixed(1)} % of the use of ${days} days; ${wantedCoverage} % is usual where use is steady`,
    difficulty: 'project',
    action:
      what === 'Savings Plans'
        ? 'aws ce get-savings-plans-purchase-recommendation --savings-plans-type COMPUTE_SP --term-in-years ONE_YEAR --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS'
        : "aws ce get-reservation-purchase-recommendation --service 'Amazon Relational Database Service' --term-in-years ONE_YEAR --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS",
  };
}
