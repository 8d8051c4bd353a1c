import type { ObjectStore } from '../aws/s3/object-store.ts';
import { ProofCostEntry } from '../contracts/proof/proof-cost.ts';

export type ProofCostStore = Pick<ObjectStore, 'put' | 'getText' | 'listKeys'>;

/** Months are those of UTC. */
const monthOf = (startedAt: string): string => startedAt.slice(0, 7);

const monthBefore = (startedAt: string): string => {
  const [year = 0, month = 1] = monthOf(startedAt).split('-').map(Number);
  return new Date(Date.UTC(year, month - 2, 1)).toISOString().slice(0, 7);
};

const folder = (month: string): string => `drill-costs/${month}/`;

export const proofCostKey = (executionName: string, startedAt: string): string =>
  `${folder(monthOf(startedAt))}${executionName}.json`;

/** Writes what a proof may cost, and later what it did, over what stood there: the last word counts. */
export const writeProofCost = (store: ProofCostStore, key: string, entry: ProofCostEntry): Promise<void> =>
  store.put(key, JSON.stringify(entry), 'application/json');

export const thisMonth = (store: ProofCostStore, startedAt: string) => readMonth(store, monthOf(startedAt));
export const lastMonth = (store: ProofCostStore, startedAt: string) => readMonth(store, monthBefore(startedAt));

async function readMonth(store: ProofCostStore, month: string): Promise<ProofCostEntry[]> {
  const keys = await store.listKeys(folder(month));
  const texts = await Promise.all(keys.map((key) => store.getText(key)));
  return texts.flatMap((text) => (text === undefined ? [] : [ProofCostEntry.parse(JSON.parse(text))]));
}
