import { copyPrefix, shortHash, type Tags, tagKeys, whyNotOurCopy } from '../resource/throw-away.ts';

/** All that a drill may make, change or delete: names that are computed from its execution, and never taken from an input. */
export type DrillScope = {
  readonly id: string;
  readonly executionName: string;
  readonly primaryId: string;
  readonly replicaId: string;
  /** In the place of a database in the key of a lease: no database's name has a slash. */
  readonly lease: string;
  readonly leaseKey: string;
  /** Label in the zone of the stage. */
  readonly label: string;
};

/** The roles of the tasks name what begins so, and nothing else. */
export const scopePrefix = 'drill-';

export function drillScope(executionName: string): DrillScope {
  const id = `${scopePrefix}${shortHash(executionName)}`;
  return {
    id,
    executionName,
    primaryId: `${copyPrefix}${id}-primary`,
    replicaId: `${copyPrefix}${id}-replica`,
    lease: `drill/${id}`,
    leaseKey: `lease/drill/${id}.json`,
    label: `gd-${id}`,
  };
}

/** Tags of a throw-away copy, so that the sweeper takes what a drill leaves; and the scope. */
export const scopeTags = (scope: DrillScope, database: string, expiresAt: Date): Tags => ({
  [tagKeys.madeBy]: 'pg-gameday',
  [tagKeys.purpose]: 'throw-away copy',
  [tagKeys.workflow]: 'dr-drill',
  [tagKeys.database]: database,
  [tagKeys.execution]: scope.executionName,
  [tagKeys.expiresAt]: expiresAt.toISOString(),
  [tagKeys.scope]: scope.id,
});

/** What production has, as far as a name can be confused with it. */
export type Production = {
  readonly instances: readonly string[];
  /** Full names of records. */
  readonly records: readonly string[];
  readonly leaseKeys: readonly string[];
};

export type Named =
  | { readonly kind: 'instance'; readonly name: string; readonly tags: Tags }
  | { readonly kind: 'record'; readonly name: string; readonly zone: string }
  | { readonly kind: 'lease'; readonly name: string };

/** Why something is not of a drill's scope; undefined when the drill may change or delete it. */
export function whyNotInScope({ executionName }: DrillScope, production: Production, named: Named): string | undefined {
  const isProductions = { instance: production.instances, record: production.records, lease: production.leaseKeys };
  if (isProductions[named.kind].includes(named.name)) return 'is of production';
  // Computed anew: what somebody put together otherwise is not believed.
  const { id, leaseKey, label, primaryId, replicaId } = drillScope(executionName);
  switch (named.kind) {
    case 'lease':
      return named.name === leaseKey ? undefined : `is not '${leaseKey}'`;
    case 'record': {
      const own = `${label}.${named.zone}`;
      return named.name === own ? undefined : `is not '${own}'`;
    }
    case 'instance': {
      const { name, tags } = named;
      if (name !== primaryId && name !== replicaId) return `is neither '${primaryId}' nor '${replicaId}'`;
      if (tags[tagKeys.scope] !== id) return `is of scope '${tags[tagKeys.scope] ?? 'none'}', not of '${id}'`;
      return whyNotOurCopy(name, tags, { executionName, sourceInstanceIds: production.instances });
    }
  }
}

/** Names of a scope that production has, too; a drill is not begun then. */
export function scopeFaults(scope: DrillScope, zone: string, production: Production): string[] {
  const own = [scope.primaryId, scope.replicaId, `${scope.label}.${zone}`, scope.leaseKey];
  const taken = new Set([...production.instances, ...production.records, ...production.leaseKeys]);
  return own.filter((name) => taken.has(name));
}

/** The endpoints of an account in a region differ by the first label, the identifier of the instance. */
export const endpointLike = (endpoint: string, instanceId: string): string =>
  `${instanceId}${endpoint.slice(endpoint.indexOf('.'))}`;
