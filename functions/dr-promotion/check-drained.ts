import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { CheckDrainedInput, CheckDrainedOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { assessDrain } from '../../shared/domain/dr/drained.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { readReplay } from '../../shared/pg/replication/replay.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/** How much of the primary's log the replica has replayed, and what a promotion would lose now. Reads only. */
export const checkDrained = defineTask({
  input: CheckDrainedInput,
  output: CheckDrainedOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    replayAt: (target: ConnectionTarget, instanceId: string) =>
      withConnection(target, { purpose: 'drains for a promotion', readOnly: true }, (client) =>
        readReplay(client, instanceId),
      ),
    policy: operations(),
    stage: config().stage,
  }),
  async run({ database, replicaId, fence, mostLossSeconds }, { rds, secrets, replayAt, policy, stage }) {
    const target = await connectionTarget({ rds, secrets }, databasePolicy(policy, stage, database), replicaId);
    const replay = await replayAt(target, replicaId);
    const drained = { replay, ...assessDrain(fence, replay, mostLossSeconds) };
    logger.info('replica looked at', { replica: replicaId, ...drained });
    return drained;
  },
});
export const { handler } = checkDrained;
