import type { ObjectStore } from '../aws/s3/object-store.ts';
import { NightLine } from '../contracts/nightly-backup.ts';

/** Nights that the page of a night shows. */
const shown = 30;

/** Begins with the time, so that keys in order are nights in order; the same night has the same key. */
const prefix = 'nightly-backup/_nights/';
const keyOf = (startedAt: string, executionName: string) =>
  `${prefix}${new Date(startedAt).toISOString()}_${executionName}.json`;

/**
 * Notes a night and answers the newest ones up to it, the oldest first. A second call for the same night writes over its
 * own line.
 */
export async function rememberNight(
  store: Pick<ObjectStore, 'put' | 'listKeys' | 'getText'>,
  executionName: string,
  night: NightLine,
): Promise<NightLine[]> {
  const own = keyOf(night.startedAt, executionName);
  await store.put(own, JSON.stringify(night), 'application/json');
  const keys = (await store.listKeys(prefix)).filter((key) => key <= own).sort();
  const texts = await Promise.all(keys.slice(-shown).map((key) => store.getText(key)));
  return texts.flatMap((text) => (text === undefined ? [] : [NightLine.parse(JSON.parse(text))]));
}
