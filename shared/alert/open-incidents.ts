import type { ObjectStore } from '../aws/s3/object-store.ts';
import { Incident } from '../contracts/alert/alert.ts';
import { incidentsPrefix } from '../evidence/keys.ts';

/** Incidents that are not over, the worst and oldest first. Each key has one object, however often it has come back. */
export async function openIncidents(store: Pick<ObjectStore, 'listKeys' | 'getText'>): Promise<Incident[]> {
  const keys = (await store.listKeys(incidentsPrefix)).filter((key) => key.endsWith('/newest.json'));
  const texts = await Promise.all(keys.map((key) => store.getText(key)));
  return texts
    .flatMap((text) => Incident.safeParse(JSON.parse(text ?? 'null')).data ?? [])
    .filter(({ state }) => state !== 'resolved')
    .sort((left, right) => (left.severity + left.openedAt < right.severity + right.openedAt ? -1 : 1));
}
