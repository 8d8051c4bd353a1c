import {
  type DrillScope,
  drillScope,
  endpointLike,
  type Named,
  type Production,
  whyNotInScope,
} from '../domain/dr/drill-scope.ts';
import { InvalidOperationsError, OperationError } from '../errors.ts';
import type { DatabasePolicy, Operations } from '../policy/schema.ts';
import { productionOf } from './drill-production.ts';

/** Something that a drill was about to change or to delete is not of its scope. */
export class NotInScopeError extends OperationError {
  override readonly name = 'NotInScopeError';
}

/** All that a drill goes by: computed from its execution and operations.yml. */
export type DrillNames = {
  readonly scope: DrillScope;
  readonly production: Production;
  readonly zone: string;
  readonly name: string;
  readonly ttlSeconds: number;
  readonly host: { readonly primary: string; readonly replica: string };
  readonly clientSecretArn: string;
  readonly statements: { readonly insert: string; readonly select: string };
  /** Of the lease of the scope: a database without one rehearses it, too. */
  readonly mode: 'observe' | 'enforce';
};

/** What a database lacks for a drill, with what to do; empty when {@link drillNames} answers. */
export function missingForDrill(
  stage: Operations['stages'][keyof Operations['stages']],
  { dns, drill, capabilities }: DatabasePolicy,
): { reason: string; remedy: string }[] {
  const missing = [
    [stage.dr === undefined || stage.lease === undefined, "the stage has no 'dr' or no 'lease'"],
    [stage.dns === undefined || dns === undefined, "the database has no 'dns'"],
    [drill === undefined, "the database has no 'drill': nobody says how its application writes a row"],
    [capabilities.fence === undefined, "the database has no 'capabilities.fence'"],
  ] as const;
  return missing
    .filter(([isMissing]) => isMissing)
    .map(([, reason]) => ({
      reason,
      remedy: 'Set it in operations.yml and deploy; docs/runbooks/dr-drill.md has an example.',
    }));
}

export function drillNames(
  executionName: string,
  database: string,
  stage: Operations['stages'][keyof Operations['stages']],
  { dns, drill, lease }: DatabasePolicy,
): DrillNames {
  if (stage.dns === undefined || dns === undefined || drill === undefined)
    throw new InvalidOperationsError(`database '${database}' lacks dns or drill in operations.yml`);
  const scope = drillScope(executionName);
  const { zone } = stage.dns;
  const second = dns.second.toLowerCase();
  return {
    scope,
    production: productionOf(stage),
    zone,
    name: `${scope.label}.${zone}`,
    ttlSeconds: dns.ttlSeconds,
    host: { primary: endpointLike(second, scope.primaryId), replica: endpointLike(second, scope.replicaId) },
    clientSecretArn: dns.clientSecretArn,
    statements: drill,
    mode: lease.mode === 'off' ? 'observe' : lease.mode,
  };
}

/** Throws NotInScopeError unless it is of the drill's scope. */
export function requireInScope({ scope, production }: Pick<DrillNames, 'scope' | 'production'>, named: Named): void {
  const reason = whyNotInScope(scope, production, named);
  if (reason === undefined) return;
  throw new NotInScopeError(`${named.kind} '${named.name}' ${reason}`, {
    hints: ['Nothing was done to it. Look at its tags, and at the names in operations.yml.'],
  });
}
