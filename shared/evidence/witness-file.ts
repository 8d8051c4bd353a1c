import type { ObjectStore } from '../aws/s3/object-store.ts';
import { TableWitness, WitnessHeader } from '../contracts/witness.ts';
import { WitnessMissingError } from '../errors.ts';

export const witnessKey = (evidencePrefix: string, attempt: number) => `${evidencePrefix}/witness-${attempt}.json.gz`;

/** Opens a stored witness: the header at once, the tables one by one as they are asked for. */
export async function openWitness(
  store: Pick<ObjectStore, 'openGzipLines'>,
  key: string,
): Promise<{ header: WitnessHeader; tables: AsyncGenerator<TableWitness> }> {
  const lines = await store.openGzipLines(key);
  if (lines === undefined) {
    throw new WitnessMissingError(`witness '${key}' is not in the evidence bucket`, {
      hints: ['Was the object removed, or is a lifecycle rule of the bucket too short?'],
    });
  }
  const first = await lines.next();
  if (first.done === true) throw new WitnessMissingError(`witness '${key}' is empty`);
  const header = WitnessHeader.parse(JSON.parse(first.value));
  async function* tables(): AsyncGenerator<TableWitness> {
    let count = 0;
    for await (const line of { [Symbol.asyncIterator]: () => lines as AsyncIterator<string> }) {
      count += 1;
      yield TableWitness.parse(JSON.parse(line));
    }
    if (count !== header.tables) {
      throw new WitnessMissingError(`witness '${key}' has ${count} tables, its header says ${header.tables}`);
    }
  }
  return { header, tables: tables() };
}
