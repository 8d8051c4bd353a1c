import { InstanceNotAvailableError, InstanceNotFoundError } from '../../errors.ts';
import type { ConnectionTarget } from '../../pg/session/connect.ts';
import type { DatabasePolicy } from '../../policy/schema.ts';
import type { Secrets } from '../secrets.ts';
import type { Rds } from './instances.ts';

/**
 * Where a database is reached: endpoint from RDS, user and password from the secret. The copy of an instance takes the
 * source's secret, because a snapshot keeps roles and passwords.
 */
export async function connectionTarget(
  { rds, secrets }: { readonly rds: Pick<Rds, 'findInstance'>; readonly secrets: Secrets },
  { database, secretArn }: Pick<DatabasePolicy, 'database' | 'secretArn'>,
  instanceId: string,
): Promise<ConnectionTarget> {
  const instance = await rds.findInstance(instanceId);
  if (instance === undefined) {
    throw new InstanceNotFoundError(`instance '${instanceId}' does not exist`, {
      hints: ["Compare 'instance' in operations.yml with the RDS console, and the region of the stage."],
    });
  }
  if (instance.endpoint === undefined) {
    throw new InstanceNotAvailableError(`instance '${instanceId}' is '${instance.status}' and has no endpoint`, {
      hints: ['Wait until the instance is available, then start the workflow again.'],
    });
  }
  const { username, password } = await secrets.readDatabaseSecret(secretArn);
  return { ...instance.endpoint, database, user: username, password };
}
