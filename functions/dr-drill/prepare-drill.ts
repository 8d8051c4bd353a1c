import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { PrepareDrillInput, PrepareDrillOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { clientLogin } from '../../shared/dns/client-login.ts';
import { type Resolve, resolve } from '../../shared/dns/resolve.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { claimScope } from '../../shared/lease/claim-scope.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { type RowStatements, writeAndReadBack } from '../../shared/pg/replication/client-row.ts';
import { readDatabaseBytes } from '../../shared/pg/replication/database-bytes.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';
import { holderOf } from '../../shared/rules/lease.ts';

/**
 * Makes the throw-away primary what a primary is: it holds the lease of the drill's scope, and a client of the scope's name has written
 * a row to it. A second call is harmless: it renews the lease and finds the row.
 */
export const prepareDrill = defineTask({
  input: PrepareDrillInput,
  output: PrepareDrillOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    session: withFenceSession,
    resolve: resolve as Resolve,
    registerAt: makeLeaseRegister,
    bytesAt: (target: ConnectionTarget) =>
      withConnection(target, { purpose: 'prepares a drill', readOnly: true }, readDatabaseBytes),
    writeAt: (target: ConnectionTarget, statements: RowStatements, marker: string) =>
      writeAndReadBack(
        (work) => withConnection(target, { purpose: 'is the client of a drill' }, work),
        statements,
        marker,
      ),
    policy: operations(),
    config: config(),
    now: () => Date.now(),
  }),
  async run({ executionName, database }, deps) {
    const { rds, secrets, session, policy } = deps;
    const { stage, region } = deps.config;
    const ofStage = stagePolicy(policy, stage);
    const own = databasePolicy(policy, stage, database);
    const names = drillNames(executionName, database, ofStage, own);
    const { scope, name, host, clientSecretArn, mode } = names;
    const instanceId = scope.primaryId;
    requireInScope(names, {
      kind: 'instance',
      name: instanceId,
      tags: (await rds.findInstance(instanceId))?.tags ?? {},
    });
    requireInScope(names, { kind: 'lease', name: scope.leaseKey });
    const registers = registersOf(stage, ofStage, scope.lease, deps.registerAt);
    const held = await session({ rds, secrets }, own, instanceId, (client) =>
      claimScope({
        ...{ database, mode, registers, session: client, now: deps.now },
        holder: holderOf(region, instanceId),
      }),
    );
    const login = await clientLogin(
      { rds, secrets, resolve: deps.resolve },
      { name, expected: host.primary, instanceId, database: own.database, clientSecretArn },
    );
    const marker = `${scope.label}-before`;
    const at = await deps.writeAt(login, names.statements, marker);
    const bytes = await deps.bytesAt(await connectionTarget({ rds, secrets }, own, instanceId));
    const prepared = { ...held, bytes, row: { name, target: login.serverName, role: login.user, marker, at } };
    logger.info('drill prepared', prepared);
    return prepared;
  },
});
export const { handler } = prepareDrill;
