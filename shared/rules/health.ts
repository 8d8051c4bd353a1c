import type { HealthRule } from '../domain/health/assess-health.ts';
import type { DatabasePolicy, Operations } from '../policy/schema.ts';

/** An instance with its databases, by their names in operations.yml. */
export type WatchedInstance = {
  readonly instanceId: string;
  readonly databases: readonly (readonly [name: string, policy: DatabasePolicy])[];
  readonly replicas: readonly string[];
};

/** Each instance once: what is of the instance as a whole is measured once, whatever databases it has. */
export function watchedInstances(databases: Readonly<Record<string, DatabasePolicy>>): WatchedInstance[] {
  const byInstance = Map.groupBy(Object.entries(databases), ([, { instance }]) => instance);
  return [...byInstance].map(([instanceId, databases]) => ({
    instanceId,
    databases,
    replicas: [...new Set(databases.flatMap(([, { replicas }]) => replicas))],
  }));
}

const MEGABYTE = 1024 * 1024;
const page = 8192;

export const healthRule = ({ health, backupPlan }: Operations): HealthRule => ({
  copySeconds: health.copySeconds,
  ownSeconds: backupPlan.bracket.deadlineSeconds,
  cacheHit: { window: health.cacheHit.minutes * 60_000, leastBlocks: health.cacheHit.leastBlocks },
  blockedSeconds: health.blockedSeconds,
  bloatPages: (health.bloatFromMegabytes * MEGABYTE) / page,
  slowEvery,
});

/** A quarter of an hour, less half a minute for a pass that comes early. */
const slowEvery = 14.5 * 60_000;
