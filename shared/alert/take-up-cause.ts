import type { VersionedStore } from '../aws/s3/versioned-store.ts';
import type { AlertCause } from '../contracts/alert/alert.ts';
import { type Applied, applyCause, heardElsewhere } from '../domain/alert/incident.ts';
import { routedKey } from './grouping.ts';
import { hashOf, type IncidentStore, incidentIdOf } from './incident-store.ts';

export type TakeUpParts = {
  readonly objects: VersionedStore;
  readonly incidents: IncidentStore;
  /** Alarms of one subject that begin within so long are one incident. */
  readonly groupSeconds: number;
};

/** Puts what an event says into the incident that hears of it. What another incident takes up, its own one remembers. */
export async function takeUpCause(
  cause: AlertCause,
  execution: { readonly executionName: string; readonly now: string },
  { objects, incidents, groupSeconds }: TakeUpParts,
): Promise<{ readonly key: string; readonly applied: Applied | undefined }> {
  const key = await routedKey(cause, objects, incidents, groupSeconds);
  const own = key === cause.key ? undefined : await incidents.find(cause.key);
  const finder = { ...execution, idOf: (at: string) => incidentIdOf(key, at), known: own?.members[cause.member] };
  const applied = await incidents.change(hashOf(key), (before) => applyCause(before, { ...cause, key }, finder));
  if (key !== cause.key)
    await incidents.change(hashOf(cause.key), (before) => {
      const incident = heardElsewhere(before, cause, { ...execution, idOf: (at) => incidentIdOf(cause.key, at) });
      return incident && { incident };
    });
  return { key, applied };
}
