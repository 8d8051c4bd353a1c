import { makeRds } from '../../shared/aws/rds.ts';
import { config } from '../../shared/config.ts';
import { PlanRunInput, PlanRunOutput } from '../../shared/contracts/backup-and-verify.ts';
import { drillCost } from '../../shared/domain/drill-cost.ts';
import { evidencePrefix } from '../../shared/domain/evidence-keys.ts';
import { isBadTerminalStatus } from '../../shared/domain/instance-states.ts';
import { InstanceBusyError, InstanceNotAvailableError, InstanceNotFoundError } from '../../shared/errors.ts';
import { askedDatabase } from '../../shared/lambda/asked-database.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Reads what the operator asked for, finds the instance, and tells what the run may cost at most: a copy that nobody
 * removes is deleted when it expires. Reads only, so a second call is harmless.
 */
export const planRun = defineTask({
  input: PlanRunInput,
  output: PlanRunOutput,
  deps: () => ({ rds: makeRds(), policy: operations(), config: config() }),
  async run({ executionName, request }, { rds, policy, config: { stage, region } }) {
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
      snapshotDays: retention.dailyDays,
      isCopiedToRegion: dr !== undefined,
    };
    return {
      database,
      sourceInstanceId,
      evidencePrefix: evidencePrefix(database, executionName),
      region,
      copyTo: dr === undefined ? null : { region: dr.region, kmsKeyId: dr.kmsKeyId },
      cost: {
        currency: policy.costs.currency,
        size,
        predicted: drillCost(size, copy.expiresAfterHours, policy.costs.prices),
      },
    };
  },
});
export const { handler } = planRun;
