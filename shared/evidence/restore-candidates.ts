import { Evidence } from '../contracts/backup-and-verify.ts';
import { type Candidate, candidateOf } from '../domain/restore/candidates.ts';
import { type ChainStore, newestSequence, readHistory, sha256 } from './chain-store.ts';

/** Two weeks of nights: older brackets lie before the oldest automated backup of most databases. */
const lookedBack = 14;

/** The newest runs of a database that left a witness, newest first. What was changed or removed is left out. */
export async function readCandidates(
  store: Pick<ChainStore, 'getText' | 'listKeys'>,
  database: string,
): Promise<Candidate[]> {
  const newest = await newestSequence(store, database);
  const records = newest === 0 ? [] : await readHistory(store, database, newest, lookedBack);
  const found = await Promise.all(
    records.toReversed().map(async ({ evidence: { key, sha256: bound } }) => {
      const text = await store.getText(key);
      return text === undefined || sha256(text) !== bound
        ? undefined
        : candidateOf(key, Evidence.parse(JSON.parse(text)));
    }),
  );
  return found.filter((candidate) => candidate !== undefined);
}
