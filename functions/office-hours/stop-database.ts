import { makeRdsStartStop } from '../../shared/aws/rds/start-stop.ts';
import { makeStates } from '../../shared/aws/states.ts';
import { config } from '../../shared/config.ts';
import { StopDatabaseInput, StopDatabaseOutput } from '../../shared/contracts/office-hours.ts';
import { decideOfficeHours } from '../../shared/domain/office-hours/office-hours.ts';
import { proofOf } from '../../shared/domain/resource/proof-instances.ts';
import { DrillEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { officeRule } from '../../shared/rules/office-hours.ts';

/**
 * Stops one database, if the same decision still holds for it: a tag, a backup or the hour may have changed it; and if no
 * drill runs that means it, for a proof may leave its source alone for hours. A second call is harmless: what is stopping
 * is not available, and is left.
 */
export const stopDatabase = defineTask({
  input: StopDatabaseInput,
  output: StopDatabaseOutput,
  environment: DrillEnvironment,
  deps: ({ PROOF_MACHINE_ARNS }) => {
    const { stage } = config();
    const policy = operations();
    return {
      power: makeRdsStartStop(),
      states: makeStates(),
      rule: officeRule(policy, stage),
      databases: stagePolicy(policy, stage).databases,
      proofMachineArns: PROOF_MACHINE_ARNS.split(','),
      now: () => new Date(),
    };
  },
  async run({ instanceId }, { power, states, rule, databases, proofMachineArns, now }) {
    const instance = await power.find(instanceId);
    if (rule === undefined || instance === undefined) {
      return { instanceId, done: false, reason: rule === undefined ? 'the stage has no office hours' : 'is gone' };
    }
    const { action, reason } = decideOfficeHours(instance, rule, now());
    if (action !== 'stop') {
      logger.info('database is not stopped', { instanceId, reason });
      return { instanceId, done: false, reason };
    }
    const running = await Promise.all(proofMachineArns.map((arn) => states.running(arn)));
    const drill = proofOf(instanceId, databases, running.flat());
    if (drill !== undefined) {
      logger.info('database is in a drill', { instanceId, drill });
      return { instanceId, done: false, reason: `is in the proof '${drill}'` };
    }
    const done = await power.stop(instance, now());
    logger.info(done ? 'database stopped' : 'database is busy', { instanceId, reason });
    return { instanceId, done, reason: done ? reason : 'is doing something else, says RDS' };
  },
});
export const { handler } = stopDatabase;
