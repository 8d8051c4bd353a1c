import { alarmStateOf } from '../../shared/aws/alarm-state.ts';
import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds, type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { WatchPrimaryInput, WatchPrimaryOutput } from '../../shared/contracts/dr-promotion/decision.ts';
import { assessPrimary, type SeenPrimary } from '../../shared/domain/dr/automatic.ts';
import { answerOf } from '../../shared/lambda/answer-of.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { checkTakeOver, LeaseHeldError } from '../../shared/lease/take-over.ts';
import { takeOverParts } from '../../shared/lease/take-over-parts.ts';
import { readReplay } from '../../shared/pg/replication/replay.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Looks for signs of life of a primary: its lease, the log that comes to the replica, the alarm that started this, and RDS of its region,
 * which is asked last, because a region that is gone takes half a minute to say nothing. Reads only, so a second call is harmless.
 */
export const watchPrimary = defineTask({
  input: WatchPrimaryInput,
  output: WatchPrimaryOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    alarmStateOf: alarmStateOf(),
    replayAt: (target: ConnectionTarget, instanceId: string) =>
      withConnection(target, { purpose: 'watches a primary', readOnly: true }, (client) =>
        readReplay(client, instanceId),
      ),
    registerAt: makeLeaseRegister,
    policy: operations(),
    config: config(),
    now: () => new Date(),
  }),
  async run(
    asked,
    { rds, rdsIn: rdsOf, secrets, alarmStateOf: stateOf, replayAt, registerAt, policy, config: place, now },
  ) {
    const { database, primary, replicaId, automatic, lease, replay: before } = asked;
    const alarm = automatic.alarm === null ? null : ((await stateOf(automatic.alarm)) ?? 'gone');
    const fence = { kind: 'lease over' as const, epoch: lease.epoch, observed: 'watched', at: now().toISOString() };
    const looked = await checkTakeOver(takeOverParts({ ...asked, fence }, place, policy, registerAt)).catch(
      (thrown: unknown) => {
        if (thrown instanceof LeaseHeldError) return { held: thrown.message };
        throw thrown;
      },
    );
    const own = databasePolicy(policy, place.stage, database);
    const replay =
      (await answerOf(`replica '${replicaId}'`, async () =>
        replayAt(await connectionTarget({ rds, secrets }, own, replicaId), replicaId),
      )) ?? null;
    const isOver = 'isOver' in looked && looked.isOver;
    const found = isOver
      ? await answerOf(`RDS in ${primary.region}`, async () => {
          const one = await rdsOf(primary.region).findInstance(primary.instanceId);
          return one?.status ?? 'not there';
        })
      : undefined;
    const seen: SeenPrimary = {
      ...{ alarm, before, replay, at: now().toISOString() },
      lease:
        'held' in looked
          ? { kind: 'held', reason: looked.held }
          : {
              kind: looked.isOver ? 'over' : 'watched',
              reason:
                looked.silent.length === 0
                  ? 'its lease is watched'
                  : `its lease is watched, ${looked.silent.join(', ')} silent`,
            },
      ...(isOver ? { status: found ?? null } : {}),
    };
    const verdict = assessPrimary(seen, {
      ...{ isFence: lease.isFence, mostLossSeconds: asked.mostLossSeconds, waitedSeconds: asked.waitedSeconds },
      askSeconds: asked.approval?.seconds ?? 0,
    });
    logger.info('primary watched', { database, ...verdict });
    return { ...verdict, watch: 'watch' in looked ? looked.watch : asked.watch, at: seen.at };
  },
});
export const { handler } = watchPrimary;
