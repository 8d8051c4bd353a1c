import { ChainRecord, type ObjectDigest } from '../../contracts/proof/evidence-chain.ts';
import { type AnyEvidence, chainOf, factsOf, readEvidence } from './any-evidence.ts';

/** SHA-256 of a text's UTF-8 bytes in hexadecimal; passed in, because a decision knows no crypto library. */
export type Sha256 = (text: string) => string;

const chainFolder = 'evidence-chain';

/** The keys of a chain sort in the order of its records. */
export const chainPrefix = (database: string): string => `${chainFolder}/${database}/`;
export const chainKey = (database: string, sequence: number): string =>
  `${chainPrefix(database)}${String(sequence).padStart(9, '0')}.json`;

/** Undefined when the key is not one of this chain's. */
export function sequenceOfKey(database: string, key: string): number | undefined {
  const sequence = Number(/(\d{9,})\.json$/.exec(key)?.[1]);
  return sequence >= 1 && chainKey(database, sequence) === key ? sequence : undefined;
}

/** JSON without white space and with sorted members (RFC 8785): one value has one text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** The text of the record that follows `previous`. */
export function chainRecordText(
  link: {
    readonly database: string;
    readonly sequence: number;
    readonly previous: ObjectDigest | null;
    readonly evidence: ObjectDigest;
    readonly report?: ObjectDigest;
  },
  evidence: AnyEvidence,
  sha256: Sha256,
): string {
  const content = { schemaVersion: 1, ...link, ...factsOf(evidence) };
  return canonicalJson({ ...content, seal: sha256(canonicalJson(content)) });
}

/** Undefined when the text is no record, or was changed. */
export function readChainRecord(text: string | undefined, sha256: Sha256): ChainRecord | undefined {
  const record = ChainRecord.safeParse(parseJson(text)).data;
  if (record === undefined || canonicalJson(record) !== text) return undefined;
  const { seal, ...content } = record;
  return sha256(canonicalJson(content)) === seal ? record : undefined;
}

/** A file as it was downloaded; the text is undefined where its bytes are not UTF-8. */
export type ChainFile = ObjectDigest & { readonly text: string | undefined };

export type ChainCheck = {
  readonly database: string;
  /** How many records are intact, from the first on. */
  readonly intact: number;
  /** SHA-256 of every intact record, in order. */
  readonly digests: readonly string[];
  /** The first link that does not hold. */
  readonly broken: KeyProblem | undefined;
  /** Intact records that say to be older than what was there before them. */
  readonly turnedBack: readonly KeyProblem[];
};

export type KeyProblem = { readonly key: string; readonly problem: string };

/** Follows a chain from its first record and stops at the first one that does not hold. */
export function checkChain(
  database: string,
  records: readonly ChainFile[],
  evidence: ReadonlyMap<string, ChainFile>,
  sha256: Sha256,
): ChainCheck {
  const sorted = [...records].sort((left, right) => (left.key < right.key ? -1 : 1));
  const digests: string[] = [];
  const runs = new Map<string, number>();
  const moments: string[] = [];
  const turnedBack: KeyProblem[] = [];
  let previous: ObjectDigest | null = null;
  for (const file of sorted) {
    const sequence = digests.length + 1;
    const link = linkOf({ file, sequence, previous, database, runs, evidence, sha256 });
    if (typeof link === 'string') {
      const broken = { key: file.key, problem: link };
      return { database, intact: digests.length, digests, broken, turnedBack };
    }
    const problem = turnedBackBy(link.record, link.chainedAfter, moments);
    if (problem !== undefined) turnedBack.push({ key: file.key, problem });
    moments.push(link.record.recordedAt);
    digests.push(file.sha256);
    previous = { key: file.key, sha256: file.sha256 };
  }
  return { database, intact: digests.length, digests, broken: undefined, turnedBack };
}

/**
 * Evidence is made after the record that it names as the newest. Records between that one and its own are of runs that
 * ended at the same time: those may have come before it.
 */
function turnedBackBy(
  { sequence, startedAt, recordedAt }: ChainRecord,
  chainedAfter: number | null,
  moments: readonly string[],
): string | undefined {
  if (Date.parse(recordedAt) < Date.parse(startedAt))
    return `was recorded at ${recordedAt}, before its run was started at ${startedAt}: a clock went backwards`;
  const after = Math.min(chainedAfter ?? sequence - 1, sequence - 1);
  const before = moments[after - 1];
  return before === undefined || Date.parse(before) <= Date.parse(recordedAt)
    ? undefined
    : `was recorded at ${recordedAt}, before record ${after}, which was there at ${before}: a clock went backwards`;
}

type Link = { readonly record: ChainRecord; readonly chainedAfter: number | null };

/** What does not hold is answered as text. */
function linkOf(link: {
  readonly file: ChainFile;
  readonly sequence: number;
  readonly previous: ObjectDigest | null;
  readonly database: string;
  readonly runs: Map<string, number>;
  readonly evidence: ReadonlyMap<string, ChainFile>;
  readonly sha256: Sha256;
}): Link | string {
  const { file, sequence, previous, database, runs } = link;
  const reported = sequenceOfKey(database, file.key);
  if (reported === undefined) return 'has no place in the chain';
  if (reported !== sequence) return `follows record ${sequence - 1}: record ${sequence} is missing`;
  const record = readChainRecord(file.text, link.sha256);
  if (record === undefined) return 'was changed: its form or its seal does not hold';
  if (record.database !== database || record.sequence !== sequence)
    return `is record ${record.sequence} of '${record.database}' in the place of record ${sequence} of '${database}'`;
  if (canonicalJson(record.previous) !== canonicalJson(previous))
    return previous === null
      ? 'is the first record and names one before it'
      : `does not follow record ${sequence - 1}: it binds another SHA-256 than ${previous.sha256}`;
  const earlier = runs.get(record.evidence.key);
  if (earlier !== undefined) return `reports the run of record ${earlier} again`;
  runs.set(record.evidence.key, sequence);
  return boundBy(record, link.evidence.get(record.evidence.key));
}

function boundBy(record: ChainRecord, file: ChainFile | undefined): Link | string {
  const { key, sha256 } = record.evidence;
  if (file === undefined) return `binds '${key}', which is missing`;
  if (file.sha256 !== sha256) return `binds '${key}', which was changed: its SHA-256 is ${file.sha256}`;
  const evidence = readEvidence(parseJson(file.text));
  if (evidence === undefined) return `binds '${key}', which is no evidence`;
  if (chainOf(evidence) !== record.database) return `binds '${key}', which is of database '${chainOf(evidence)}'`;
  const { verdict, startedAt, recordedAt, sourceBytes, unverifiableRows } = record;
  const reported = { verdict, startedAt, recordedAt, sourceBytes, unverifiableRows };
  if (canonicalJson(reported) !== canonicalJson(factsOf(evidence))) return `reports other facts than '${key}'`;
  return { record, chainedAfter: evidence.chainedAfter };
}

export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
