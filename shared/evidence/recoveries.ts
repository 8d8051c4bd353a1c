import { type PastRecoveries, type PastRecovery, RecoveryRecord } from '../contracts/dr-promotion/recovery.ts';
import { pastRecovery } from '../domain/dr/past-recovery.ts';
import { drillChain } from '../domain/evidence/any-evidence.ts';
import { coerceError } from '../errors.ts';
import { type ChainStore, newestSequence, readHistory, sha256 } from './chain-store.ts';
import { measuredPromotionPrefix, promotionPrefix } from './keys.ts';

type Store = Pick<ChainStore, 'getText' | 'listKeys'>;

/** Of each kind: ten years of half years. */
const most = 20;

/** Drills of which there is nothing to compare. */
const nothingDone = ['planned', 'refused'];

/**
 * The newest promotions and drills of a database, oldest first. What is missing, changed or not readable is named and harms nobody: whoever
 * asks does something more important.
 */
export async function readRecoveries(store: Store, database: string): Promise<PastRecoveries> {
  const kinds = await Promise.all([
    readable('promotions', () => readPromotions(store, database)),
    readable('drills', () => readDrillRecords(store, database)),
  ]);
  const found = kinds.flatMap((kind) => kind.found);
  return {
    found: found.toSorted((one, other) => one.startedAt.localeCompare(other.startedAt)),
    unread: kinds.flatMap(({ unread }) => unread),
  };
}

async function readPromotions(store: Store, database: string): Promise<PastRecoveries> {
  const keys = (await store.listKeys(measuredPromotionPrefix(database))).sort().slice(-most);
  return collected(
    keys.map((key) => {
      const name = /--(.+)\.txt$/.exec(key)?.[1] ?? key;
      return readRecord(store, `${promotionPrefix(database, name)}/record.json`);
    }),
  );
}

async function readDrillRecords(store: Store, database: string): Promise<PastRecoveries> {
  const chain = drillChain(database);
  const newest = await newestSequence(store, chain);
  const records = newest === 0 ? [] : await readHistory(store, chain, newest, most);
  const read = await collected(records.map(({ evidence: { key, sha256: bound } }) => readRecord(store, key, bound)));
  const lost = Math.min(newest, most) - records.length;
  return {
    found: read.found.filter(({ result }) => !nothingDone.includes(result)),
    unread: lost === 0 ? read.unread : [...read.unread, `${lost} records of the chain of drills`],
  };
}

async function readRecord(store: Store, key: string, bound?: string): Promise<PastRecovery | string> {
  try {
    const text = await store.getText(key);
    if (text === undefined) return `${key} is not there`;
    if (bound !== undefined && sha256(text) !== bound) return `${key} was changed`;
    const read = RecoveryRecord.safeParse(JSON.parse(text));
    return read.success ? pastRecovery(read.data) : `${key} has another form`;
  } catch (thrown) {
    return `${key}: ${coerceError(thrown).name}`;
  }
}

async function collected(reads: readonly Promise<PastRecovery | string>[]): Promise<PastRecoveries> {
  const all = await Promise.all(reads);
  return {
    found: all.filter((one) => typeof one !== 'string'),
    unread: all.filter((one) => typeof one === 'string'),
  };
}

async function readable(what: string, read: () => Promise<PastRecoveries>): Promise<PastRecoveries> {
  try {
    return await read();
  } catch (thrown) {
    return { found: [], unread: [`${what}: ${coerceError(thrown).name}`] };
  }
}
