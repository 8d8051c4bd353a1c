import type pg from 'pg';
import { connectionTarget } from '../aws/rds/connection-target.ts';
import type { Rds } from '../aws/rds/instances.ts';
import type { Secrets } from '../aws/secrets.ts';
import { fenceStatementDeadline } from '../deadlines.ts';
import { MissingPrivilegeError } from '../errors.ts';
import { withConnection } from '../pg/session/connect.ts';
import type { DatabasePolicy } from '../policy/schema.ts';

/** A session of the role that may fence, on the instance of a database or on one that has its roles. */
export async function withFenceSession<T>(
  deps: { readonly rds: Pick<Rds, 'findInstance'>; readonly secrets: Secrets },
  { database, capabilities: { fence } }: DatabasePolicy,
  instanceId: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  if (fence === undefined)
    throw new MissingPrivilegeError(`nobody may fence '${instanceId}': capabilities.fence is not set`, {
      hints: ['Set it in operations.yml, run npm run bootstrap-database, and deploy.'],
    });
  const target = await connectionTarget(deps, { database, secretArn: fence.secretArn }, instanceId);
  return withConnection(target, { purpose: 'fences for a promotion', statementTimeout: fenceStatementDeadline }, work);
}
