import type { ObjectStore } from '../aws/s3.ts';
import { LedgerEntry } from '../contracts/drill-cost.ts';

export type LedgerStore = Pick<ObjectStore, 'put' | 'getText' | 'listKeys'>;

/** Months are those of UTC. */
const monthOf = (startedAt: string): string => startedAt.slice(0, 7);

const monthBefore = (startedAt: string): string => {
  const [year = 0, month = 1] = monthOf(startedAt).split('-').map(Number);
  return new Date(Date.UTC(year, month - 2, 1)).toISOString().slice(0, 7);
};

const folder = (month: string): string => `drill-costs/${month}/`;

export const ledgerKey = (executionName: string, startedAt: string): string =>
  `${folder(monthOf(startedAt))}${executionName}.json`;

/** Writes what a drill may cost, and later what it did, over what stood there: the last word counts. */
export const writeLedger = (store: LedgerStore, key: string, entry: LedgerEntry): Promise<void> =>
  store.put(key, JSON.stringify(entry), 'application/json');

export const thisMonth = (store: LedgerStore, startedAt: string) => readMonth(store, monthOf(startedAt));
export const lastMonth = (store: LedgerStore, startedAt: string) => readMonth(store, monthBefore(startedAt));

async function readMonth(store: LedgerStore, month: string): Promise<LedgerEntry[]> {
  const keys = await store.listKeys(folder(month));
  const texts = await Promise.all(keys.map((key) => store.getText(key)));
  return texts.flatMap((text) => (text === undefined ? [] : [LedgerEntry.parse(JSON.parse(text))]));
}
