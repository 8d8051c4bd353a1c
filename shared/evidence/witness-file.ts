import type { ObjectStore } from '../aws/s3/object-store.ts';
import { sha256Of } from '../aws/sha256.ts';
import type { WitnessBinding } from '../contracts/stored-object.ts';
import { TableWitness, WitnessHeader } from '../contracts/witness.ts';
import { ObjectChangedError, WitnessMissingError } from '../errors.ts';

export const witnessKey = (evidencePrefix: string, attempt: number) => `${evidencePrefix}/witness-${attempt}.json.gz`;

export type OpenedWitness = {
  readonly header: WitnessHeader;
  readonly headerSha256: string;
  readonly tables: AsyncGenerator<TableWitness>;
  /** Ends the connection when not every table was read. */
  close(): Promise<void>;
};

type Store = Pick<ObjectStore, 'openGzipLines'>;

/**
 * Opens a stored witness: the header at once, the tables one by one as they are asked for. Held against what the state
 * machine keeps of it, the header before it is given, and the tables when the last is read: until then nothing that they
 * say may count. Throws ObjectChangedError. Without `bound` it is one that nobody has vouched for yet.
 */
export async function openWitness(store: Store, key: string, bound?: WitnessBinding): Promise<OpenedWitness> {
  const lines = await store.openGzipLines(key, bound?.sha256);
  if (lines === undefined) {
    throw new WitnessMissingError(`witness '${key}' is not in the evidence bucket`, {
      hints: ['Was the object removed, or is a lifecycle rule of the bucket too short?'],
    });
  }
  const close = async () => void (await lines.return?.());
  try {
    const first = await lines.next();
    if (first.done === true) throw new WitnessMissingError(`witness '${key}' is empty`);
    const headerSha256 = sha256Of(first.value);
    if (bound !== undefined && headerSha256 !== bound.headerSha256)
      throw changed(key, `the SHA-256 of its header is ${headerSha256}, expected ${bound.headerSha256}`);
    const header = WitnessHeader.parse(JSON.parse(first.value));
    return { header, headerSha256, tables: tablesOf(lines, key, header, bound), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The header alone: its connection is closed. */
export async function readWitnessHeader(store: Store, key: string, bound: WitnessBinding): Promise<WitnessHeader> {
  const { header, close } = await openWitness(store, key, bound);
  await close();
  return header;
}

async function* tablesOf(
  lines: AsyncIterableIterator<string>,
  key: string,
  header: WitnessHeader,
  bound: WitnessBinding | undefined,
): AsyncGenerator<TableWitness> {
  let tables = 0;
  let rows = 0n;
  let bytes = 0;
  for await (const line of lines) {
    const table = await parsed(line, lines);
    tables += 1;
    rows += BigInt(table.rows);
    bytes += table.bytes;
    yield table;
  }
  const reported = bound ?? header;
  if (tables === reported.tables && String(rows) === reported.rows && bytes === reported.bytes) return;
  const text = `has ${tables} tables, ${rows} rows and ${bytes} bytes`;
  const wanted = `${reported.tables}, ${reported.rows} and ${reported.bytes}`;
  if (bound === undefined) throw new WitnessMissingError(`witness '${key}' ${text}, its header says ${wanted}`);
  throw changed(key, `it ${text}, expected ${wanted}`);
}

/** A line that cannot be read is somebody's work when the whole is not the expected one: the rest reports that. */
async function parsed(line: string, rest: AsyncIterable<string>): Promise<TableWitness> {
  try {
    return TableWitness.parse(JSON.parse(line));
  } catch (error) {
    for await (const _ of rest);
    throw error;
  }
}

const changed = (key: string, problem: string) =>
  new ObjectChangedError(`witness '${key}' was changed after it was stored: ${problem}`, {
    hints: ['Somebody wrote to the evidence bucket: what it says of this run proves nothing. Look in CloudTrail.'],
  });

/**
 * What binds a witness of which only the SHA-256 is known, from the evidence of the run that took it. Reads the whole object:
 * its header counts when the last byte was seen.
 */
export async function readWitnessBinding(store: Store, key: string, sha256: string): Promise<WitnessBinding> {
  const lines = await store.openGzipLines(key, sha256);
  if (lines === undefined) throw new WitnessMissingError(`witness '${key}' is not in the evidence bucket`);
  const first = await lines.next();
  if (first.done === true) throw new WitnessMissingError(`witness '${key}' is empty`);
  for await (const _ of lines);
  const { tables, rows, bytes } = WitnessHeader.parse(JSON.parse(first.value));
  return { sha256, headerSha256: sha256Of(first.value), tables, rows, bytes };
}
