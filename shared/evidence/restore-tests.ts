import { RestoreTestEvidence } from '../contracts/restore-test.ts';
import { restoreTestChain } from '../domain/evidence/any-evidence.ts';
import { type ChainStore, newestSequence, readHistory, sha256 } from './chain-store.ts';

/** Ten years of quarters. */
const mostTests = 40;

/** The newest restore tests of a database, oldest first. What was changed or removed is left out: it proves nothing. */
export async function readRestoreTests(
  store: Pick<ChainStore, 'getText' | 'listKeys'>,
  database: string,
  most = mostTests,
): Promise<RestoreTestEvidence[]> {
  const chain = restoreTestChain(database);
  const newest = await newestSequence(store, chain);
  const records = newest === 0 ? [] : await readHistory(store, chain, newest, most);
  const found = await Promise.all(
    records.map(async ({ evidence: { key, sha256: bound } }) => {
      const text = await store.getText(key);
      return text === undefined || sha256(text) !== bound ? undefined : RestoreTestEvidence.parse(JSON.parse(text));
    }),
  );
  return found.filter((test) => test !== undefined);
}
