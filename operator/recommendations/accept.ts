import type { CollectedCosts } from '../../shared/contracts/cost-report.ts';
import type { Entry, Recommendations } from '../../shared/contracts/recommendations.ts';
import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { usageTypeIn } from './usage-types.ts';

/** Whether an entry is about this very thing, and not about another one that bore its name before. */
export const isAbout = ({ finding: accepted }: Entry, finding: WasteFinding): boolean =>
  accepted?.id === finding.id && accepted.createdAt === finding.createdAt;

/**
 * The entry that accepts a finding. Undefined where the same thing is accepted already. An id is never taken twice: a thing
 * that was made anew under the name of an accepted one has a number behind it.
 */
export function acceptedEntry(
  { entries }: Recommendations,
  finding: WasteFinding,
  { by, on, costs }: { readonly by: string; readonly on: string; readonly costs: CollectedCosts | undefined },
): Entry | undefined {
  if (entries.some((entry) => isAbout(entry, finding))) return undefined;
  let id = finding.id;
  for (let number = 2; entries.some((entry) => entry.id === id); number += 1) id = `${finding.id}#${number}`;
  const { aMonth, billedAs, evidence, region } = finding;
  const usageType = billedAs && costs && usageTypeIn(costs, billedAs, region);
  return {
    id,
    what: evidence,
    service: usageType === undefined ? null : (billedAs?.service ?? null),
    usageType: usageType ?? null,
    acceptedOn: on,
    acceptedBy: by,
    expectedMonthly: aMonth !== null && aMonth > 0 ? aMonth : null,
    finding,
    application: null,
  };
}
