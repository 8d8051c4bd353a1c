import type { Production } from '../domain/dr/drill-scope.ts';
import type { Operations } from '../policy/schema.ts';
import { leaseKey } from './lease.ts';

/** What a stage calls its production: nothing of it is ever of a drill's scope. */
export function productionOf({ databases, dns }: Operations['stages'][keyof Operations['stages']]): Production {
  const all = Object.entries(databases);
  return {
    instances: all.flatMap(([, { instance, replicas, standby, dns: named }]) => [
      instance,
      ...replicas,
      ...(standby === undefined ? [] : [standby.instance]),
      ...(named === undefined ? [] : [named.primary, named.second].map((host) => host.split('.')[0] ?? '')),
    ]),
    records:
      dns === undefined
        ? []
        : all.flatMap(([, { dns: named }]) => (named === undefined ? [] : `${named.name}.${dns.zone}`)),
    leaseKeys: all.map(([database]) => leaseKey(database)),
  };
}
