import { createHash } from 'node:crypto';
import type { ObjectStore } from '../aws/s3/object-store.ts';
import { type ChainPlace, Evidence } from '../contracts/backup-and-verify.ts';
import type { ChainRecord, ObjectDigest, RunFacts } from '../contracts/proof/evidence-chain.ts';
import { type AnyEvidence, factsOf, readEvidence } from '../domain/evidence/any-evidence.ts';
import { chainKey, chainPrefix, chainRecordText, readChainRecord, sequenceOfKey } from '../domain/evidence/chain.ts';
import { AwsUnavailableError, EvidenceMissingError } from '../errors.ts';

/** So many other writers may come between before this one gives up; a database has one run at a time. */
const mostRivals = 100;

/** Nights that may fail in a row before the sizes of the last proof mean nothing any more. */
const lookedBack = 14;

export type ChainStore = Pick<ObjectStore, 'putNew' | 'getText' | 'listKeys'>;

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The page of a run, drawn from its evidence and the newest runs up to it. */
export type RunPage<E extends AnyEvidence> = {
  readonly key: string;
  readonly runs: number;
  readonly draw: (evidence: E, history: readonly RunFacts[]) => string;
};

/**
 * Stores the evidence of a run and its page, and appends both to the chain that `database` names. Harmless when it is done again, by the same
 * caller or by two at once: evidence is written once, and has one record. An evidence that was there already is the
 * answer. `evidenceAfter` gets the newest record's sequence, which the evidence keeps as `chainedAfter`.
 */
export async function storeEvidence<E extends AnyEvidence>(
  store: ChainStore,
  { database, key }: { readonly database: string; readonly key: string },
  evidenceAfter: (newest: number) => E,
  page?: RunPage<E>,
): Promise<{ readonly evidence: E; readonly isNew: boolean; readonly place: ChainPlace }> {
  const made = evidenceAfter(await newestSequence(store, database));
  const text = JSON.stringify(made, undefined, 2);
  const isNew = await store.putNew(key, text, 'application/json');
  const stored = isNew ? text : await store.getText(key);
  if (stored === undefined) throw missing(key);
  const evidence = isNew ? made : parseAs(made, key, stored);
  const report = page === undefined ? undefined : await storePage(store, database, page, evidence);
  const bound = { evidence: { key, sha256: sha256(stored) }, ...(report === undefined ? {} : { report }) };
  return { evidence, isNew, place: await append(store, database, bound, evidence) };
}

/** Of the same workflow: under one key lies never another's. */
function parseAs<E extends AnyEvidence>({ workflow }: E, key: string, stored: string): E {
  const evidence = readEvidence(JSON.parse(stored));
  if (evidence?.workflow !== workflow) throw new EvidenceMissingError(`'${key}' is no evidence of ${workflow}`);
  return evidence as E;
}

/** Written once, like the evidence: the one that is there is bound, although a repeated call would draw another. */
async function storePage<E extends AnyEvidence>(
  store: ChainStore,
  database: string,
  { key, runs, draw }: RunPage<E>,
  evidence: E,
): Promise<ObjectDigest> {
  const before = await readHistory(store, database, evidence.chainedAfter ?? 0, runs - 1);
  const drawn = draw(evidence, [...before, factsOf(evidence)]);
  const isNew = await store.putNew(key, drawn, 'text/html; charset=utf-8');
  const stored = isNew ? drawn : await store.getText(key);
  if (stored === undefined) throw missing(key);
  return { key, sha256: sha256(stored) };
}

/** Zero when there is none. */
export async function newestSequence(store: Pick<ChainStore, 'listKeys'>, database: string): Promise<number> {
  const keys = await store.listKeys(chainPrefix(database));
  return keys.reduce((newest, key) => Math.max(newest, sequenceOfKey(database, key) ?? 0), 0);
}

/**
 * Looks at each record after `chainedAfter` in turn and writes only at the first free place, where S3 lets one writer
 * win. The run's evidence was stored before any caller came here, so its record can only lie there, and nobody passes
 * it by.
 */
async function append(
  store: ChainStore,
  database: string,
  bound: { readonly evidence: ObjectDigest; readonly report?: ObjectDigest },
  evidence: AnyEvidence,
): Promise<ChainPlace> {
  const after = evidence.chainedAfter ?? 0;
  let previous: ObjectDigest | null = null;
  if (after > 0) {
    const key = chainKey(database, after);
    const text = await store.getText(key);
    if (text === undefined) throw missing(key);
    previous = { key, sha256: sha256(text) };
  }
  let sequence = after + 1;
  for (let rivals = 0; rivals < mostRivals; rivals += 1) {
    const key = chainKey(database, sequence);
    const found = await store.getText(key);
    if (found !== undefined) {
      const place = { key, sha256: sha256(found) };
      // One that was changed is nobody's; the next record binds what lies there, and a check of the chain reports it.
      if (readChainRecord(found, sha256)?.evidence.key === bound.evidence.key) return { ...place, sequence };
      previous = place;
      sequence += 1;
      continue;
    }
    const text = chainRecordText({ database, sequence, previous, ...bound }, evidence, sha256);
    if (await store.putNew(key, text, 'application/json')) return { key, sequence, sha256: sha256(text) };
    // Written meanwhile, perhaps by ourselves when the answer was lost: the next turn reads it.
  }
  throw new AwsUnavailableError(`${mostRivals} others wrote to the chain of '${database}' meanwhile`);
}

/** Of the newest run that proved something, among the newest few; what was changed or removed reports nothing. */
export async function tablesBefore(
  store: Pick<ChainStore, 'getText' | 'listKeys'>,
  database: string,
): Promise<Evidence['tables']> {
  const newest = await newestSequence(store, database);
  const records = newest === 0 ? [] : await readHistory(store, database, newest, lookedBack);
  const proven = records.findLast(({ verdict }) => verdict === 'exact' || verdict === 'bounded');
  if (proven === undefined) return [];
  const text = await store.getText(proven.evidence.key);
  return text === undefined || sha256(text) !== proven.evidence.sha256 ? [] : Evidence.parse(JSON.parse(text)).tables;
}

/** The records up to `sequence`, at most `most`, oldest first. What was changed or removed is left out. */
export async function readHistory(
  store: Pick<ChainStore, 'getText'>,
  database: string,
  sequence: number,
  most: number,
): Promise<ChainRecord[]> {
  const first = Math.max(1, sequence - most + 1);
  const keys = Array.from({ length: sequence - first + 1 }, (_, index) => chainKey(database, first + index));
  const texts = await Promise.all(keys.map((key) => store.getText(key)));
  return texts.map((text) => readChainRecord(text, sha256)).filter((record) => record !== undefined);
}

const missing = (key: string) =>
  new EvidenceMissingError(`'${key}' is not in the evidence bucket any more`, {
    hints: ['Find out who removed it. The bucket keeps what was deleted as an older version: restore that.'],
  });
