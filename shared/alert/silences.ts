import type { ObjectStore } from '../aws/s3/object-store.ts';
import type { Silence } from '../domain/alert/silence.ts';
import { silencesPrefix } from '../evidence/keys.ts';
import { readSilence } from '../rules/alert.ts';

/** What people have put into the bucket; each ends by itself. */
export async function storedSilences(store: Pick<ObjectStore, 'listKeys' | 'getText'>): Promise<Silence[]> {
  const keys = (await store.listKeys(silencesPrefix)).filter((key) => key.endsWith('.json'));
  const texts = await Promise.all(keys.map((key) => store.getText(key)));
  return texts.flatMap((text) => readSilence(text ?? '') ?? []);
}
