import type { ObjectStore } from '../aws/s3/object-store.ts';
import { BudgetClaim } from '../contracts/remediation/remediation.ts';
import { type ClaimDecision, type ClaimRequest, decideClaim, type RemedyBudget } from '../domain/remediation/claim.ts';
import { AwsUnavailableError } from '../errors.ts';
import { remedyClaimKey, remedyClaimPrefix } from './keys.ts';

export type ClaimStore = Pick<ObjectStore, 'getText' | 'putNew' | 'listKeys'>;

/** Others that claim at the same time, before somebody is told to come again. */
const mostRivals = 50;
/** Claims that are looked at: a day's budget has fewer. */
const lookedBack = 2000;

const sequenceOf = (key: string): number => Number(/(\d{8})\.json$/.exec(key)?.[1] ?? 0);

/**
 * Claims a place in the budget: one chain of objects, each written by exactly one of those who try, so that whoever writes
 * place n has seen all before it. A second call finds its own claim.
 */
export async function claimBudget(
  store: ClaimStore,
  request: ClaimRequest,
  budget: RemedyBudget,
  now: () => number,
): Promise<{ readonly decision: ClaimDecision; readonly key: string | null }> {
  const claims: BudgetClaim[] = [];
  let sequence = 0;
  for (const key of (await store.listKeys(remedyClaimPrefix)).sort().slice(-lookedBack)) {
    claims.push(await read(store, key));
    sequence = Math.max(sequence, sequenceOf(key));
  }
  for (let rivals = 0; rivals < mostRivals; rivals += 1) {
    const at = now();
    const decision = decideClaim(claims, request, budget, at);
    if (decision.kind === 'held') return { decision, key: remedyClaimKey(decision.claim.sequence) };
    if (decision.kind !== 'granted') return { decision, key: null };
    sequence += 1;
    const key = remedyClaimKey(sequence);
    const claim: BudgetClaim = { schemaVersion: 1, sequence, ...request, claimedAt: new Date(at).toISOString() };
    if (await store.putNew(key, JSON.stringify(claim), 'application/json')) return { decision, key };
    // Written by another one meanwhile, or by ourselves when the answer was lost.
    claims.push(await read(store, key));
  }
  throw new AwsUnavailableError(`${mostRivals} others claimed of the budget meanwhile`);
}

async function read(store: ClaimStore, key: string): Promise<BudgetClaim> {
  return BudgetClaim.parse(JSON.parse((await store.getText(key)) ?? ''));
}
