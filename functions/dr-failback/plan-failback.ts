import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeSides, type SideInstances } from '../../shared/aws/rds/sides.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { PlanFailbackInput, PlanFailbackOutput } from '../../shared/contracts/dr-failback/dr-failback.ts';
import { failbackRefusals } from '../../shared/domain/dr/failback-refusals.ts';
import { sidesOf } from '../../shared/domain/dr/failback-sides.ts';
import { snapshotOfTag } from '../../shared/domain/dr/parted-at.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { coerceError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { plannedLease } from '../../shared/lease/planned-lease.ts';
import { fenceFaults, readLease } from '../../shared/pg/fence/fence-session.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { askedFailback } from '../../shared/rules/asked-failback.ts';

/**
 * Who is who after a promotion: the primary of today, the old one, what is rebuilt already, and everything that speaks against coming
 * home. Reads only, so a second call is harmless.
 */
export const planFailback = defineTask({
  input: PlanFailbackInput,
  output: PlanFailbackOutput,
  deps: () => ({
    sidesIn: makeSides as (region?: string) => Pick<SideInstances, 'list'>,
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    session: withFenceSession,
    registerAt: makeLeaseRegister,
    policy: operations(),
    config: config(),
  }),
  async run(
    { request },
    { sidesIn, rdsIn: rdsOf, secrets, session, registerAt, policy, config: { stage, region: here } },
  ) {
    const asked = askedFailback(request, policy, stage);
    const ofStage = stagePolicy(policy, stage);
    const { region: first, dr } = ofStage;
    const own = databasePolicy(policy, stage, asked.database);
    const { instance, capabilities } = own;
    const registers = registersOf(stage, ofStage, asked.database, registerAt);
    const { lease, silent } = await plannedLease(own.lease.mode, registers, undefined, null);
    const [home, second] = await Promise.all([
      sidesIn(first).list(),
      dr === undefined ? [] : sidesIn(dr.region).list(),
    ]);
    const holder = lease === null ? null : heldIn(dr?.region, lease.holder);
    const sides = sidesOf({ instance, database: asked.database, holder }, home, second);
    const { current, old, asideId, replica } = sides;
    const fence =
      current === undefined || dr === undefined || capabilities.fence === undefined
        ? undefined
        : await session({ rds: rdsOf(dr.region), secrets }, own, current.id, async (client) => ({
            keptOut: [...(await readLease(client)).fenced],
            faults: (await fenceFaults(client)).map(({ role, problem }) => `'${role}' ${problem}`),
          })).catch((thrown: unknown) => {
            logger.warn(`primary '${current.id}' does not answer`, { error: coerceError(thrown).message });
            return undefined;
          });
    const refusals = failbackRefusals(
      {
        ...sides,
        ...{ here, first, second: dr?.region, database: asked.database, instance },
        canFence: capabilities.fence !== undefined,
        fenceFaults: fence?.faults ?? [],
        lease: lease === null ? null : { holder: lease.holder, silent },
      },
      asked,
    );
    return {
      plan: {
        ...{ database: asked.database, mode: asked.mode, isActed: asked.mode !== 'plan' },
        reason: asked.reason ?? null,
        accept: asked.accept ?? null,
        acceptUnknown: asked.acceptUnknown ?? null,
        primary:
          current === undefined || dr === undefined
            ? null
            : {
                ...{ region: dr.region, instanceId: current.id, arn: current.arn, status: current.status },
                isMultiAz: current.isMultiAz,
                keptOut: fence?.keptOut ?? null,
                partedAt: snapshotOfTag(current.tags[tagKeys.partedAt]) ?? null,
              },
        old:
          old === undefined
            ? null
            : {
                ...{ instanceId: old.id, resourceId: old.resourceId, arn: old.arn, status: old.status },
                isSetAside: old.id === asideId,
              },
        asideId: asideId ?? null,
        replica: { region: first, instanceId: instance, status: replica?.status ?? null },
        lease,
        name: own.dns === undefined || ofStage.dns === undefined ? null : `${own.dns.name}.${ofStage.dns.zone}`,
        refusals,
      },
    };
  },
});
export const { handler } = planFailback;

/** The instance that holds a lease, where that is of the second region; one of another region is nobody's there. */
const heldIn = (region: string | undefined, holder: string | null): string =>
  region !== undefined && holder?.startsWith(`${region}/`) ? holder.slice(region.length + 1) : '';
