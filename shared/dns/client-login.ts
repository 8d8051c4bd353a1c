import type { Rds } from '../aws/rds/instances.ts';
import type { Secrets } from '../aws/secrets.ts';
import { InstanceNotAvailableError } from '../errors.ts';
import { PromotionNotConfirmedError } from '../pg/replication/confirm.ts';
import type { ConnectionTarget } from '../pg/session/connect.ts';
import type { Resolve } from './resolve.ts';

type Asked = {
  readonly name: string;
  /** What the name must lead to, and the instance that is there. */
  readonly expected: string;
  readonly instanceId: string;
  readonly database: string;
  readonly clientSecretArn: string;
};

/**
 * How an application logs in: resolves the name, connects to its target and verifies the certificate against that. Throws
 * PromotionNotConfirmedError where the name leads elsewhere.
 */
export async function clientLogin(
  {
    rds,
    secrets,
    resolve,
  }: {
    readonly rds: Pick<Rds, 'findInstance'>;
    readonly secrets: Pick<Secrets, 'readDatabaseSecret'>;
    readonly resolve: Resolve;
  },
  { name, expected, instanceId, database, clientSecretArn }: Asked,
): Promise<ConnectionTarget & { readonly serverName: string }> {
  const target = await resolve.target(name);
  if (target !== expected)
    throw new PromotionNotConfirmedError(`'${name}' leads to '${target}', '${expected}' is required`);
  const port = (await rds.findInstance(instanceId))?.endpoint?.port;
  if (port === undefined) throw new InstanceNotAvailableError(`instance '${instanceId}' has no endpoint`);
  const { username, password } = await secrets.readDatabaseSecret(clientSecretArn);
  // An address connects, and the certificate has to name the target all the same.
  const host = await resolve.address(target);
  return { host, serverName: target, port, database, user: username, password };
}
