import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { OpenDrillReplicaInput, OpenDrillReplicaOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { openInstance } from '../../shared/lease/open-instance.ts';
import { commitOne } from '../../shared/pg/replication/replay.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';

/** Lets the applications into the promoted instance of the scope, and commits a transaction. A second call is harmless: it commits another. */
export const openDrillReplica = defineTask({
  input: OpenDrillReplicaInput,
  output: OpenDrillReplicaOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    session: withFenceSession,
    commitAt: (target: ConnectionTarget) => withConnection(target, { purpose: 'opens a promoted instance' }, commitOne),
    registerAt: makeLeaseRegister,
    policy: operations(),
    stage: config().stage,
    now: () => Date.now(),
  }),
  async run({ executionName, database, lease }, { rds, secrets, session, commitAt, registerAt, policy, stage, now }) {
    const ofStage = stagePolicy(policy, stage);
    const own = databasePolicy(policy, stage, database);
    const names = drillNames(executionName, database, ofStage, own);
    const { replicaId, leaseKey, lease: key } = names.scope;
    requireInScope(names, { kind: 'instance', name: replicaId, tags: (await rds.findInstance(replicaId))?.tags ?? {} });
    requireInScope(names, { kind: 'lease', name: leaseKey });
    const target = await connectionTarget({ rds, secrets }, own, replicaId);
    const roles = await session({ rds, secrets }, own, replicaId, (client) =>
      openInstance({
        ...{ database, instanceId: replicaId, holder: lease.holder, mode: names.mode },
        ...{ registers: registersOf(stage, ofStage, key, registerAt), session: client, now },
      }),
    );
    const opened = { endpoint: `${target.host}:${target.port}`, roles, writableAt: await commitAt(target) };
    logger.info('promoted instance of a drill opened', { replica: replicaId, ...opened });
    return opened;
  },
});
export const { handler } = openDrillReplica;
