import { alarmStateOf } from '../../shared/aws/alarm-state.ts';
import { type AutomatedBackups, makeAutomatedBackups } from '../../shared/aws/rds/automated-backups.ts';
import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds, type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeRdsInventory, type RdsInventory } from '../../shared/aws/rds/inventory.ts';
import { makeReplicas, type ReplicaInstance } from '../../shared/aws/rds/standby/replicas.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { PlanPromotionInput, PlanPromotionOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import type { Replay } from '../../shared/contracts/dr-promotion/replay.ts';
import { needsApproval } from '../../shared/domain/dr/approval.ts';
import { automaticRefusals, isNothingLost } from '../../shared/domain/dr/automatic.ts';
import { predictedLoss } from '../../shared/domain/dr/drained.ts';
import { nextPath } from '../../shared/domain/dr/next-path.ts';
import { meantReplicas, type ReplicaFacts, refusalsOf } from '../../shared/domain/dr/refusals.ts';
import { isBadTerminalStatus } from '../../shared/domain/resource/instance-states.ts';
import { answerOf } from '../../shared/lambda/answer-of.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { plannedLease } from '../../shared/lease/planned-lease.ts';
import { fenceFaults, readLease } from '../../shared/pg/fence/fence-session.ts';
import { readReplay } from '../../shared/pg/replication/replay.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { copiesHere } from '../../shared/readiness/copies-here.ts';
import { askedPromotion } from '../../shared/rules/asked-promotion.ts';
import { holderOf } from '../../shared/rules/lease.ts';

/**
 * Looks for the replica that could be promoted, how far it is behind, and everything that speaks against it. The first region is
 * asked, and may be silent. Reads only, so a second call is harmless.
 */
export const planPromotion = defineTask({
  input: PlanPromotionInput,
  output: PlanPromotionOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    replicas: makeReplicas() as Pick<ReturnType<typeof makeReplicas>, 'listReplicas'>,
    inventory: makeRdsInventory() as Pick<RdsInventory, 'listSnapshots'>,
    backups: makeAutomatedBackups() as AutomatedBackups,
    secrets: makeSecrets(),
    alarmStateOf: alarmStateOf(),
    session: withFenceSession,
    replayAt: (target: ConnectionTarget, instanceId: string) =>
      withConnection(target, { purpose: 'plans a promotion', readOnly: true }, (client) =>
        readReplay(client, instanceId),
      ),
    registerAt: makeLeaseRegister,
    policy: operations(),
    config: config(),
    now: () => new Date(),
  }),
  async run(
    { request },
    {
      rds,
      rdsIn: rdsOf,
      replicas,
      inventory,
      backups,
      secrets,
      alarmStateOf: stateOf,
      session,
      replayAt,
      registerAt,
      policy,
      config: { stage, region },
      now,
    },
  ) {
    const asked = askedPromotion(request, policy, stage);
    const ofStage = stagePolicy(policy, stage);
    const { region: home, dr } = ofStage;
    const own = databasePolicy(policy, stage, asked.database);
    const { instance, secretArn, capabilities } = own;
    // A region that is gone must not keep its databases from being promoted elsewhere.
    const primary = await answerOf(`RDS in ${home}`, () => rdsOf(home).findInstance(instance));
    const fence =
      primary === undefined || capabilities.fence === undefined
        ? undefined
        : await answerOf(`primary '${instance}'`, () =>
            session({ rds: rdsOf(home), secrets }, own, instance, async (client) => ({
              keptOut: [...(await readLease(client)).fenced],
              faults: (await fenceFaults(client)).map(({ role, problem }) => `'${role}' ${problem}`),
            })),
          );
    const replayOf = ({ id }: ReplicaInstance): Promise<Replay | undefined> =>
      answerOf(`replica '${id}'`, async () => replayAt(await connectionTarget({ rds, secrets }, own, id), id));
    const listed = (await replicas.listReplicas()).filter(
      ({ sourceId }) => sourceId?.endsWith(`:${home}:${accountOf(secretArn)}:db:${instance}`) === true,
    );
    const meant = meantReplicas(listed, asked.database);
    const found = await Promise.all(
      meant.map(async (one): Promise<ReplicaFacts> => {
        const { id, status, tags } = one;
        return {
          instanceId: id,
          status,
          tags,
          replay: status === 'available' ? ((await replayOf(one)) ?? null) : null,
        };
      }),
    );
    const [first] = found;
    const copied =
      first?.replay == null || capabilities.fence === undefined
        ? undefined
        : await answerOf(`lease of '${first.instanceId}'`, () =>
            session({ rds, secrets }, own, first.instanceId, (client) => readLease(client)),
          );
    const registers = registersOf(stage, ofStage, asked.database, registerAt);
    const { lease, silent } = await plannedLease(own.lease.mode, registers, copied, first?.replay ?? null);
    const { promotion } = own;
    const needed = promotion.approvals;
    const isAsked = asked.mode === 'auto' ? promotion.approvers.length >= needed : needsApproval(promotion, stage);
    const alarm =
      asked.alarm === undefined ? null : { name: asked.alarm, state: (await stateOf(asked.alarm)) ?? 'gone' };
    const automatic = {
      ...{ database: asked.database, decision: promotion.decision, home, alarm, hasLease: lease !== null },
      primary: { instanceId: instance, status: primary?.status ?? null },
    };
    // Asked only where it is the answer: no replica, or one that will not come back.
    const isNeeded = first === undefined || isBadTerminalStatus(first.status);
    const otherWay = isNeeded
      ? nextPath(
          { database: asked.database, region, account: accountOf(secretArn), stage },
          await copiesHere({ inventory, backups }, asked.database, instance),
          now(),
        )
      : '';
    const refusals = refusalsOf(
      {
        here: region,
        second: dr?.region,
        database: asked.database,
        primary: { instanceId: instance, status: primary?.status ?? null },
        fenceFaults: fence?.faults ?? [],
        replicas: found,
        canFence: capabilities.fence !== undefined,
        otherWay,
        approval: isAsked ? { needed, approvers: promotion.approvers.length } : null,
        lease:
          lease === null
            ? null
            : {
                holder: lease.holder,
                allowed: [
                  holderOf(home, instance),
                  ...(first === undefined ? [] : [holderOf(region, first.instanceId)]),
                ],
                silent,
              },
      },
      asked,
    );
    const arn = meant[0]?.arn ?? '';
    const replica =
      first === undefined || found.length > 1
        ? null
        : { region, instanceId: first.instanceId, arn, status: first.status, replay: first.replay };
    return {
      plan: {
        database: asked.database,
        isActed: asked.mode !== 'plan',
        reason: asked.reason ?? null,
        mostLossSeconds: asked.mode === 'auto' ? promotion.mostLossSeconds : asked.mostLossSeconds,
        primaryIsDown: asked.primaryIsDown ?? null,
        primary: {
          region: home,
          instanceId: instance,
          status: primary?.status ?? null,
          isMultiAz: primary?.isMultiAz ?? false,
          keptOut: fence?.keptOut ?? null,
        },
        replica,
        predictedLossSeconds: replica?.replay == null ? null : predictedLoss(replica.replay),
        lease,
        name: own.dns === undefined || ofStage.dns === undefined ? null : `${own.dns.name}.${ofStage.dns.zone}`,
        automatic:
          asked.mode === 'auto'
            ? {
                alarm: asked.alarm ?? null,
                mayDecide: promotion.decision === 'auto',
                isNothingLost: isNothingLost(automatic),
              }
            : null,
        approval: isAsked ? { needed, seconds: promotion.askMinutes * 60, approvers: promotion.approvers } : null,
        refusals: asked.mode === 'auto' ? [...automaticRefusals(automatic), ...refusals] : refusals,
      },
    };
  },
});
export const { handler } = planPromotion;

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';
