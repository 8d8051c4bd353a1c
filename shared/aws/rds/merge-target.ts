import { InvalidOperationsError } from '../../errors.ts';
import type { ConnectionTarget } from '../../pg/session/connect.ts';
import type { DatabasePolicy } from '../../policy/schema.ts';
import { connectionTarget } from './connection-target.ts';

/** The live database as the role that may merge: never as the reader. */
export async function mergeTarget(
  deps: Parameters<typeof connectionTarget>[0],
  policy: DatabasePolicy,
): Promise<ConnectionTarget> {
  const { restore } = policy.capabilities;
  if (restore === undefined)
    throw new InvalidOperationsError("the database has no 'capabilities.restore' in operations.yml", {
      hints: [
        'Name the secret of gameday_restore there, and make the role: npm run bootstrap-database -- … --capability restore.',
      ],
    });
  return connectionTarget(deps, { database: policy.database, secretArn: restore.secretArn }, policy.instance);
}
