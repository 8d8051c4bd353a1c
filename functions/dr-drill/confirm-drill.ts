import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeSecrets, type Secrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { ConfirmDrillInput, ConfirmDrillOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { clientLogin } from '../../shared/dns/client-login.ts';
import { type Resolve, resolve } from '../../shared/dns/resolve.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { isRowThere, type RowStatements, writeAndReadBack } from '../../shared/pg/replication/client-row.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames } from '../../shared/rules/drill-names.ts';

/**
 * Does what an application does after a promotion: follows the name, verifies the certificate, finds the row that was acknowledged before
 * the fence, writes one and reads it back over another connection. A second call is harmless: it finds its row.
 */
export const confirmDrill = defineTask({
  input: ConfirmDrillInput,
  output: ConfirmDrillOutput,
  deps: () => {
    const connected =
      (target: ConnectionTarget) =>
      <T>(work: Parameters<typeof withConnection<T>>[2]) =>
        withConnection(target, { purpose: 'is the client of a drill' }, work);
    return {
      rds: makeRds() as Pick<Rds, 'findInstance'>,
      secrets: makeSecrets() as Pick<Secrets, 'readDatabaseSecret'>,
      resolve: resolve as Resolve,
      writeAt: (target: ConnectionTarget, statements: RowStatements, marker: string) =>
        writeAndReadBack(connected(target), statements, marker),
      isThereAt: (target: ConnectionTarget, statements: RowStatements, marker: string) =>
        isRowThere(connected(target), statements, marker),
      policy: operations(),
      stage: config().stage,
    };
  },
  async run({ executionName, database, before }, deps) {
    const { rds, secrets, policy, stage } = deps;
    const own = databasePolicy(policy, stage, database);
    const { scope, name, host, clientSecretArn, statements } = drillNames(
      executionName,
      database,
      stagePolicy(policy, stage),
      own,
    );
    const login = await clientLogin(
      { rds, secrets, resolve: deps.resolve },
      { name, expected: host.replica, instanceId: scope.replicaId, database: own.database, clientSecretArn },
    );
    const isBeforeThere = await deps.isThereAt(login, statements, before.marker);
    const marker = `${scope.label}-after`;
    const at = await deps.writeAt(login, statements, marker);
    const confirmed = { row: { name, target: login.serverName, role: login.user, marker, at }, isBeforeThere };
    logger.info('drill confirmed by a client', confirmed);
    return confirmed;
  },
});
export const { handler } = confirmDrill;
