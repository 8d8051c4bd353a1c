import { DrillEvidence, type DrillPrediction } from '../contracts/dr-drill/dr-drill.ts';
import { drillChain } from '../domain/evidence/any-evidence.ts';
import { predictRestore } from '../domain/restore/prediction.ts';
import { type ChainStore, newestSequence, readHistory, sha256 } from './chain-store.ts';

/** Twenty years of half years. */
const mostDrills = 40;

/** The drills of a database, oldest first. What was changed or removed is left out: it proves nothing. */
export async function readDrills(
  store: Pick<ChainStore, 'getText' | 'listKeys'>,
  database: string,
): Promise<DrillEvidence[]> {
  const chain = drillChain(database);
  const newest = await newestSequence(store, chain);
  const records = newest === 0 ? [] : await readHistory(store, chain, newest, mostDrills);
  const found = await Promise.all(
    records.map(async ({ evidence: { key, sha256: bound } }) => {
      const text = await store.getText(key);
      return text === undefined || sha256(text) !== bound ? undefined : DrillEvidence.parse(JSON.parse(text));
    }),
  );
  return found.filter((drill) => drill !== undefined);
}

/** How long the next promotion will take, by the drills that came to their end; null with too few of them. */
export function predictDrill(drills: readonly DrillEvidence[], when: Date): DrillPrediction | null {
  const points = drills.flatMap(({ rtoSeconds, sourceBytes, execution }) =>
    rtoSeconds === null || sourceBytes === null
      ? []
      : [{ at: new Date(execution.startedAt), bytes: sourceBytes, seconds: rtoSeconds }],
  );
  const predicted = predictRestore(points, when);
  return predicted === undefined
    ? null
    : { seconds: predicted.seconds, low: predicted.low, high: predicted.high, drills: predicted.points };
}
