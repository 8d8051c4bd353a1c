import type { ObjectStore } from '../aws/s3/object-store.ts';
import type { Silence } from '../domain/alert/silence.ts';
import { silencesPrefix } from '../evidence/keys.ts';
import { readSilence } from '../rules/silence.ts';

/** What people have put into the bucket; each ends by itself. What cannot be read silences nothing: better one question too many. */
export async function storedSilences(
  store: Pick<ObjectStore, 'listKeys' | 'getText'>,
  warn: (key: string, error: unknown) => void,
): Promise<Silence[]> {
  const unread = (key: string) => (error: unknown) => {
    warn(key, error);
    return undefined;
  };
  const keys = (await store.listKeys(silencesPrefix).catch(unread(silencesPrefix))) ?? [];
  const texts = await Promise.all(
    keys.filter((key) => key.endsWith('.json')).map((key) => store.getText(key).catch(unread(key))),
  );
  return texts.flatMap((text) => readSilence(text ?? '') ?? []);
}
