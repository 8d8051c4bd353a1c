import { connectionTarget } from '../aws/rds/connection-target.ts';
import type { Rds } from '../aws/rds/instances.ts';
import type { FailoverInstance, RdsFailover } from '../aws/rds/standby/failover.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { States } from '../aws/states.ts';
import type { FailoverRequest } from '../contracts/failover-drill/failover-drill.ts';
import { fenceStatementDeadline } from '../deadlines.ts';
import type { FailoverFacts } from '../domain/dr/failover-refusals.ts';
import { InstanceNotFoundError, OperationError } from '../errors.ts';
import { readLease } from '../pg/fence/fence-session.ts';
import { withConnection } from '../pg/session/connect.ts';
import type { DatabasePolicy } from '../policy/schema.ts';

/** What was looked at again just before a fail-over speaks against it; nothing was begun. */
export class FailoverRefusedError extends OperationError {
  override readonly name = 'FailoverRefusedError';
}

export type FailoverParts = {
  readonly rds: RdsFailover & Pick<Rds, 'findInstance'>;
  readonly secrets: Secrets;
  readonly statesOf: (arn: string) => Pick<States, 'running'>;
  /** Of workflows that must not run meanwhile, by their names. */
  readonly machines: ReadonlyMap<string, string>;
  readonly stage: string;
};

/** Where a database is reached, as a role of it. */
export const targetOf = (
  parts: Pick<FailoverParts, 'secrets'> & { readonly rds: Pick<Rds, 'findInstance'> },
  { database, instance, secretArn: reader }: DatabasePolicy,
  secretArn = reader,
) => connectionTarget(parts, { database, secretArn }, instance);

export async function readFailoverFacts(
  parts: FailoverParts,
  policy: DatabasePolicy,
  request: FailoverRequest,
): Promise<FailoverFacts & Pick<FailoverInstance, 'zone'>> {
  const { rds, statesOf, machines, stage } = parts;
  const instance = await rds.find(policy.instance);
  if (instance === undefined) {
    throw new InstanceNotFoundError(`instance '${policy.instance}' does not exist`, {
      hints: ["Compare 'instance' in operations.yml with the RDS console, and the region of the stage."],
    });
  }
  const running: { workflow: string; name: string }[] = [];
  for (const [workflow, arn] of machines) {
    for (const { name, input } of await statesOf(arn).running(arn))
      if (mayConcern(input, request.database)) running.push({ workflow, name });
  }
  return {
    ...{ instanceId: instance.id, status: instance.status, isMultiAz: instance.isMultiAz, zone: instance.zone },
    ...{ tags: instance.tags, running, isProduction: stage === 'prod', named: request.instance },
    lease: !instance.listens ? null : await leaseOf(parts, policy),
  };
}

async function leaseOf(parts: FailoverParts, policy: DatabasePolicy): Promise<FailoverFacts['lease']> {
  const { fence } = policy.capabilities;
  if (fence === undefined) return null;
  const options = { purpose: 'plans a fail-over', statementTimeout: fenceStatementDeadline };
  return withConnection(await targetOf(parts, policy, fence.secretArn), options, async (client) => {
    const { accepts, validUntil, now, fenced } = await readLease(client);
    // Of operations.yml: a lease that nobody has held yet is off in the database.
    return { mode: policy.lease.mode, accepts, secondsLeft: Math.max(0, (validUntil - now) / 1000), fenced };
  });
}

/** An execution whose input names no database may be about any. */
function mayConcern(input: string, database: string): boolean {
  try {
    const named = (JSON.parse(input) as { database?: unknown }).database;
    return named === undefined || named === database;
  } catch {
    return true;
  }
}
