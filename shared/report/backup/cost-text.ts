import type { ProofCost } from '../../contracts/proof/proof-cost.ts';

/** A line for people; what has no price is named. */
export function costText({ total, parts, hours }: ProofCost, currency: string): string {
  const unpriced = parts.filter(({ money }) => money === null).map(({ name }) => name);
  const copy = `copy for ${hours.toFixed(2)} h`;
  return total === null
    ? `unknown, no price for ${unpriced.join(', ')} in operations.yml (${copy})`
    : `${total.toFixed(2)} ${currency} (${copy})`;
}
