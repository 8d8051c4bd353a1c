import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeRdsFailover } from '../../shared/aws/rds/standby/failover.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { statesIn } from '../../shared/aws/states.ts';
import { config } from '../../shared/config.ts';
import { RehearseFailoverInput, RehearseFailoverOutput } from '../../shared/contracts/failover-drill/failover-drill.ts';
import { failoverWatched } from '../../shared/deadlines.ts';
import { failoverRefusals } from '../../shared/domain/dr/failover-refusals.ts';
import { outageOf } from '../../shared/domain/dr/outage.ts';
import { coerceError, InstanceBusyError } from '../../shared/errors.ts';
import { MachineEnvironment, machineArns } from '../../shared/evidence/environment.ts';
import { failoverPrefix } from '../../shared/evidence/keys.ts';
import { FailoverRefusedError, readFailoverFacts, targetOf } from '../../shared/failover/read-facts.ts';
import { rest, watchClient } from '../../shared/failover/watch-client.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { refuseForeignObjects } from '../../shared/pg/bootstrap/foreign-objects.ts';
import { probe, readServer } from '../../shared/pg/failover/probe.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { operations } from '../../shared/policy/operations.ts';
import { askedFailover } from '../../shared/rules/asked-failover.ts';

const readOnly = { purpose: 'rehearses a fail-over', readOnly: true };

/** What a client and an observer of the server do. */
const client = {
  look: (target: ConnectionTarget) =>
    withConnection(target, readOnly, async (session) => {
      await refuseForeignObjects(session, target.user);
      return await readServer(session);
    }),
  probe,
  pause: rest,
};

/**
 * Asks RDS for a fail-over, once, and watches as a client does until it has come back. A second call is harmless: the object that
 * says that RDS is asked is written before, and whoever finds it asks for nothing; what nobody has seen is then not measured.
 */
export const rehearseFailover = defineTask({
  input: RehearseFailoverInput,
  output: RehearseFailoverOutput,
  environment: MachineEnvironment,
  deps: (environment) => ({
    parts: {
      ...{
        rds: { ...makeRdsFailover(), findInstance: makeRds().findInstance },
        secrets: makeSecrets(),
        machines: machineArns(environment),
        stage: config().stage,
      },
      statesOf: (arn: string) => statesIn(arn.split(':')[3] ?? ''),
    },
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew'>,
    policy: operations(),
    stage: config().stage,
    now: () => Date.now(),
    client,
  }),
  async run(
    { executionName, request: asked },
    { parts, store, policy, stage, now, client: { look, probe: tryOnce, pause } },
  ) {
    const { request, found } = askedFailover(asked, policy, stage);
    const prefix = failoverPrefix(request.database, executionName);
    const target = await targetOf(parts, found);
    const before = await look(target);
    const watch = watchClient((acknowledged) => tryOnce(target, acknowledged, now), { pause, now });
    try {
      await watch.settled(now() + 30_000);
      const [refusal] = failoverRefusals(await readFailoverFacts(parts, found, request));
      if (refusal !== undefined) throw new FailoverRefusedError(refusal.reason, { hints: [refusal.remedy] });
      const askedAt = now();
      const common = { askedAt: new Date(askedAt).toISOString(), slots: before.slots };
      if (!(await store.putNew(`${prefix}/asked.txt`, common.askedAt, 'text/plain'))) {
        logger.warn('RDS was asked by another call', { prefix });
        const { lsn } = await look(target);
        const nothing = { isMeasured: false, outage: null, isNewServer: false, lostWrites: 0, probesKey: null };
        return { ...common, ...nothing, lsn };
      }
      await ask(parts.rds, found.instance);
      await watch.isBack(now() + failoverWatched);
      await watch.stop();
      const after = await look(target).catch((thrown: unknown) => {
        logger.warn('the server does not answer', { error: coerceError(thrown).message });
        return undefined;
      });
      const probesKey = `${prefix}/client.json`;
      await store.putNew(probesKey, JSON.stringify(watch.probes), 'application/json');
      const outage = outageOf(watch.probes, askedAt);
      logger.info('fail-over watched', { outage, probes: watch.probes.length });
      return {
        ...{ ...common, isMeasured: true, outage, probesKey, lsn: after?.lsn ?? null },
        isNewServer: after !== undefined && after.startedAt !== before.startedAt,
        lostWrites: new Set(watch.probes.map(({ lost }) => lost).filter((one) => one !== null)).size,
      };
    } finally {
      await watch.stop();
    }
  },
});
export const { handler } = rehearseFailover;

/** An answer that is lost may have been a yes: then the client shows it. */
async function ask(rds: Pick<ReturnType<typeof makeRdsFailover>, 'failOver'>, instanceId: string): Promise<void> {
  try {
    if (await rds.failOver(instanceId)) return;
  } catch (thrown) {
    const error = coerceError(thrown);
    if (error.name !== 'AwsUnavailableError') throw error;
    logger.warn('nobody knows whether RDS was asked', { error: error.message });
    return;
  }
  throw new InstanceBusyError(`instance '${instanceId}' cannot fail over at present`, {
    hints: ['Is a backup or a modification of the instance in progress?'],
  });
}
