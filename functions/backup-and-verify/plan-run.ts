import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { PlanRunInput, PlanRunOutput, RunRequest } from '../../shared/contracts/backup-and-verify.ts';
import { isTurnOfCopy } from '../../shared/domain/backup/proof-turn.ts';
import { decideCap, expectedHours, spentBy } from '../../shared/domain/proof-cost/cap.ts';
import { copyHours, proofCost } from '../../shared/domain/proof-cost/proof-cost.ts';
import { isBadTerminalStatus } from '../../shared/domain/resource/instance-states.ts';
import { InstanceBusyError, InstanceNotAvailableError, InstanceNotFoundError } from '../../shared/errors.ts';
import { evidencePrefix } from '../../shared/evidence/keys.ts';
import { lastMonth, proofCostKey, thisMonth, writeProofCost } from '../../shared/evidence/proof-cost-store.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { capsOf, databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { askedDatabase } from '../../shared/rules/asked-database.ts';

/**
 * Reads what the operator asked for, finds the instance, reports what the run may cost, and whether its snapshot may be
 * restored for that; once more before a second attempt. A second call is harmless: the run has one place in the costs
 * of its month, which is written over.
 */
export const planRun = defineTask({
  input: PlanRunInput,
  output: PlanRunOutput,
  deps: () => ({
    rds: makeRds(),
    store: makeObjectStore(config().evidenceBucket),
    policy: operations(),
    config: config(),
  }),
  async run({ executionName, request, startedAt, attempt, phases }, { rds, store, policy, config: { stage, region } }) {
    const database = askedDatabase(request, policy, stage);
    const { instance: sourceInstanceId, copyInstanceClass } = databasePolicy(policy, stage, database);
    const instance = await rds.findInstance(sourceInstanceId);
    if (instance === undefined) {
      throw new InstanceNotFoundError(`instance '${sourceInstanceId}' of database '${database}' does not exist`, {
        hints: ["Compare 'instance' in operations.yml with the RDS console, and the region of the stage."],
      });
    }
    if (instance.status !== 'available') {
      const Unavailable = isBadTerminalStatus(instance.status) ? InstanceNotAvailableError : InstanceBusyError;
      throw new Unavailable(`instance '${sourceInstanceId}' is '${instance.status}', expected 'available'`, {
        hints: ['RDS takes a snapshot of an available instance only.'],
      });
    }
    const { dr } = stagePolicy(policy, stage);
    const { copy, retention } = policy.backupPlan;
    const size = {
      instanceClass: copyInstanceClass ?? instance.instanceClass,
      storageGb: instance.storageGb,
      storageType: instance.storageType,
      snapshots: attempt,
      snapshotDays: retention.dailyDays,
      isCopiedToRegion: dr !== undefined,
    };
    const { currency, prices } = policy.costs;
    const caps = capsOf(policy, stage);
    const past = [...(await lastMonth(store, startedAt)), ...(await thisMonth(store, startedAt))];
    const hoursBefore = copyHours(phases) ?? 0;
    const hours = hoursBefore + expectedHours(database, past, copy.expiresAfterHours);
    const predicted = proofCost(size, hours, prices);
    const key = proofCostKey(executionName, startedAt);
    const entry = { execution: executionName, database, isActual: false };
    // Written before the others are summed up: of two that begin at once, at least one sees both.
    await writeProofCost(store, key, { ...entry, hours, money: predicted.total });
    const spent = spentBy(await thisMonth(store, startedAt), executionName);
    const { startedBy, prove = dr?.proofs ?? 'original' } = RunRequest.parse(request);
    const isScheduled = startedBy === 'schedule';
    const cap = decideCap({ isScheduled, predicted: predicted.total }, spent, caps);
    if (!cap.mayRestore) {
      await writeProofCost(store, key, {
        ...entry,
        hours: hoursBefore,
        money: proofCost(size, hoursBefore, prices).total,
      });
    }
    return {
      database,
      sourceInstanceId,
      evidencePrefix: evidencePrefix(database, executionName),
      region,
      copyTo: dr === undefined ? null : { region: dr.region, kmsKeyId: dr.kmsKeyId },
      cost: { currency, size, predicted, cap, proofCostKey: key },
      provesCopy:
        prove === 'copy' || (prove === 'alternate' && isTurnOfCopy(new Date(startedAt), policy.platform.timeZone)),
    };
  },
});
export const { handler } = planRun;
