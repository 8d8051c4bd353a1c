import type { ObjectStore } from '../aws/s3/object-store.ts';
import type { Digests } from '../contracts/stored-object.ts';
import { RungReport } from '../contracts/verification.ts';
import { ObjectChangedError, WitnessMissingError } from '../errors.ts';

/** The rungs of one task, which must be the ones that the execution has stored. */
export async function readRungReport(
  store: Pick<ObjectStore, 'getText'>,
  key: string,
  digests: Digests,
): Promise<RungReport> {
  const sha256 = digests[key];
  if (sha256 === undefined) throw new ObjectChangedError(`rungs '${key}' are none that this execution has stored`);
  const text = await store.getText(key, sha256);
  if (text === undefined) throw new WitnessMissingError(`rungs '${key}' are not in the evidence bucket`);
  return RungReport.parse(JSON.parse(text));
}
