import type { ObjectStore } from '../aws/s3/object-store.ts';
import { HealthState } from '../contracts/collect-health.ts';
import { emptyState } from '../domain/health/assess-health.ts';
import { healthStateKey } from './keys.ts';

export type HealthStore = Pick<ObjectStore, 'put' | 'getText'>;

/** What the last pass left of an instance; empty for the first, and after a version that wrote another form. */
export async function readHealthState(store: HealthStore, instanceId: string): Promise<HealthState> {
  const text = await store.getText(healthStateKey(instanceId));
  if (text === undefined) return emptyState();
  try {
    return HealthState.parse(JSON.parse(text));
  } catch {
    return emptyState();
  }
}

/** Over what stood there: the last word counts. */
export const writeHealthState = (store: HealthStore, instanceId: string, state: HealthState): Promise<void> =>
  store.put(healthStateKey(instanceId), JSON.stringify(state), 'application/json');
