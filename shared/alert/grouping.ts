import type { VersionedStore } from '../aws/s3/versioned-store.ts';
import type { AlertCause, Incident } from '../contracts/alert/alert.ts';
import { IncidentGroup } from '../contracts/alert/group.ts';
import { groupKeyOf, routeCause } from '../domain/alert/group.ts';
import { AwsUnavailableError } from '../errors.ts';
import { incidentGroupKey } from '../evidence/keys.ts';
import { hashOf, type IncidentStore } from './incident-store.ts';

const mostTries = 20;

/** The key of the incident that hears of a cause, claimed by a conditional write where the cause is the first of its group. */
export async function routedKey(
  cause: AlertCause,
  objects: VersionedStore,
  incidents: Pick<IncidentStore, 'find'>,
  windowSeconds: number,
): Promise<string> {
  const groupKey = groupKeyOf(cause);
  if (groupKey === null || windowSeconds === 0) return cause.key;
  const object = incidentGroupKey(hashOf(groupKey));
  for (let tried = 0; tried < mostTries; tried += 1) {
    const before = await objects.get(object);
    const group = before === undefined ? undefined : IncidentGroup.parse(JSON.parse(before.text));
    const routed = routeCause(group, cause, await newestOf(group, cause, incidents), windowSeconds);
    if (routed.group === undefined) return routed.key;
    if (await objects.replace(object, JSON.stringify(routed.group), before)) return routed.key;
  }
  throw new AwsUnavailableError(`group '${groupKey}' was changed by others ${mostTries} times in a row`);
}

/** The incident that has heard of a cause, without claiming anything. */
export async function incidentOf(
  cause: AlertCause,
  objects: VersionedStore,
  incidents: Pick<IncidentStore, 'find'>,
): Promise<Incident | undefined> {
  const groupKey = groupKeyOf(cause);
  const kept = groupKey === null ? undefined : await objects.get(incidentGroupKey(hashOf(groupKey)));
  const group = kept === undefined ? undefined : IncidentGroup.parse(JSON.parse(kept.text));
  const newest = await newestOf(group, cause, incidents);
  return newest(routeCause(group, cause, newest, 0).key);
}

async function newestOf(
  group: IncidentGroup | undefined,
  cause: AlertCause,
  incidents: Pick<IncidentStore, 'find'>,
): Promise<(key: string) => Incident | undefined> {
  const keys = [...new Set([cause.key, ...(group?.leaders ?? []).map(({ key }) => key)])];
  const found = new Map(await Promise.all(keys.map(async (key) => [key, await incidents.find(key)] as const)));
  return (key) => found.get(key);
}
