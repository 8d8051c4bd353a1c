import { makeRds } from '../../shared/aws/rds.ts';
import { config } from '../../shared/config.ts';
import { PlanRunInput, PlanRunOutput } from '../../shared/contracts/backup-and-verify.ts';
import { evidencePrefix } from '../../shared/domain/evidence-keys.ts';
import { isBadTerminalStatus } from '../../shared/domain/instance-states.ts';
import { InstanceBusyError, InstanceNotAvailableError, InstanceNotFoundError } from '../../shared/errors.ts';
import { askedDatabase } from '../../shared/lambda/asked-database.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Reads what the operator asked for and finds the instance. Reads only, so a second call is harmless.
 */
export const planRun = defineTask({
  input: PlanRunInput,
  output: PlanRunOutput,
  deps: () => ({ rds: makeRds(), policy: operations(), config: config() }),
  async run({ executionName, request }, { rds, policy, config: { stage, region } }) {
    const database = askedDatabase(request, policy, stage);
    const { instance: sourceInstanceId } = databasePolicy(policy, stage, database);
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
    return {
      database,
      sourceInstanceId,
      evidencePrefix: evidencePrefix(database, executionName),
      region,
      copyTo: dr === undefined ? null : { region: dr.region, kmsKeyId: dr.kmsKeyId },
    };
  },
});
export const { handler } = planRun;
