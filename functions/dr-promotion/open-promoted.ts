import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { OpenPromotedInput, OpenPromotedOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { openInstance } from '../../shared/lease/open-instance.ts';
import { commitOne } from '../../shared/pg/replication/replay.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Commits a transaction on the promoted instance, and lets the applications in: a replica has the roles of its primary, and so its
 * fence. With the lease that was taken for it, it is the agent of its own region that keeps it from here on. A second call is
 * harmless: it renews the lease and commits another transaction.
 */
export const openPromoted = defineTask({
  input: OpenPromotedInput,
  output: OpenPromotedOutput,
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
  async run({ database, replicaId, lease }, { rds, secrets, session, commitAt, registerAt, policy, stage, now }) {
    const primary = databasePolicy(policy, stage, database);
    const target = await connectionTarget({ rds, secrets }, primary, replicaId);
    const canFence = primary.capabilities.fence !== undefined;
    const roles = canFence
      ? await session({ rds, secrets }, primary, replicaId, (client) =>
          openInstance({
            ...{ database, instanceId: replicaId, holder: lease?.holder ?? null, mode: primary.lease.mode },
            registers: registersOf(stage, stagePolicy(policy, stage), database, registerAt),
            ...{ session: client, now },
          }),
        )
      : [];
    const opened = { endpoint: `${target.host}:${target.port}`, roles, writableAt: await commitAt(target) };
    logger.info('promoted instance opened', { replica: replicaId, ...opened });
    return opened;
  },
});
export const { handler } = openPromoted;
