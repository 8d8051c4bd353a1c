import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeSecrets, type Secrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { ConfirmByClientInput, ConfirmByClientOutput } from '../../shared/contracts/dr-promotion/name.ts';
import { type Resolve, resolve } from '../../shared/dns/resolve.ts';
import { InstanceNotAvailableError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { commitAndReadBack, PromotionNotConfirmedError } from '../../shared/pg/replication/confirm.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { nameOf } from '../../shared/rules/dns.ts';

/**
 * Does what an application does: resolves the name, connects to its target and verifies the certificate against it, commits a transaction
 * as the application's role, and reads over another connection that it is committed. A second call is harmless: it commits another one.
 */
export const confirmByClient = defineTask({
  input: ConfirmByClientInput,
  output: ConfirmByClientOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    secrets: makeSecrets() as Pick<Secrets, 'readDatabaseSecret'>,
    resolve: resolve as Resolve,
    confirm: (target: ConnectionTarget) =>
      commitAndReadBack((work) => withConnection(target, { purpose: 'confirms a promotion' }, work)),
    policy: operations(),
    config: config(),
  }),
  async run({ database, replicaId }, { rds, secrets, resolve: resolver, confirm, policy, config: { stage, region } }) {
    const own = databasePolicy(policy, stage, database);
    const { name, expected, clientSecretArn } = nameOf(stagePolicy(policy, stage), own, database, region);
    const target = await resolver.target(name);
    if (target !== expected)
      throw new PromotionNotConfirmedError(`'${name}' leads to '${target}', '${expected}' is required`, {
        hints: ['Is the alarm on PromotedEpoch of this region in ALARM, and does its health check know the alarm?'],
      });
    const port = (await rds.findInstance(replicaId))?.endpoint?.port;
    if (port === undefined) throw new InstanceNotAvailableError(`instance '${replicaId}' has no endpoint`);
    const { username, password } = await secrets.readDatabaseSecret(clientSecretArn);
    // An address connects, and the certificate has to name the target all the same.
    const address = await resolver.address(target);
    const login = { host: address, serverName: target, port, database: own.database, user: username, password };
    const confirmed = { name, target, role: username, ...(await confirm(login)) };
    logger.info('promotion confirmed by a client', confirmed);
    return confirmed;
  },
});
export const { handler } = confirmByClient;
