import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { CheckCaughtUpInput, CheckCaughtUpOutput } from '../../shared/contracts/dr-failback/dr-failback.ts';
import { bytesOfLsn } from '../../shared/domain/verification/lsn.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { readReplay, readWalPosition } from '../../shared/pg/replication/replay.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/** One segment of the log: a replica that is no more behind drains within seconds. */
const closeBytes = 16 * 1024 * 1024;

/** How far the rebuilt replica is behind its primary, before anybody is kept out of that. Reads only. */
export const checkCaughtUp = defineTask({
  input: CheckCaughtUpInput,
  output: CheckCaughtUpOutput,
  deps: () => ({
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    positionAt: (target: ConnectionTarget) =>
      withConnection(target, { purpose: 'plans a failback', readOnly: true }, readWalPosition),
    replayAt: (target: ConnectionTarget, instanceId: string) =>
      withConnection(target, { purpose: 'plans a failback', readOnly: true }, (client) =>
        readReplay(client, instanceId),
      ),
    policy: operations(),
    config: config(),
  }),
  async run(
    { database, primary, replicaId },
    { rdsIn: rdsOf, secrets, positionAt, replayAt, policy, config: { stage, region } },
  ) {
    const own = databasePolicy(policy, stage, database);
    // The primary first: what it writes between the two looks counts as lag, and never the other way round.
    const written = await positionAt(
      await connectionTarget({ rds: rdsOf(primary.region), secrets }, own, primary.instanceId),
    );
    const replay = await replayAt(await connectionTarget({ rds: rdsOf(region), secrets }, own, replicaId), replicaId);
    const behind = bytesOfLsn(written) - bytesOfLsn(replay.lsn);
    const bytesBehind = behind < 0n ? 0 : Number(behind);
    logger.info('replica looked at', { replica: replicaId, bytesBehind });
    return { replay, bytesBehind, isCaughtUp: bytesBehind <= closeBytes };
  },
});
export const { handler } = checkCaughtUp;
