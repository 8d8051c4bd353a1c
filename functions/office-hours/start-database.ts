import { makeRdsStartStop } from '../../shared/aws/rds/start-stop.ts';
import { config } from '../../shared/config.ts';
import { StartDatabaseInput, StartDatabaseOutput } from '../../shared/contracts/office-hours.ts';
import { decideOfficeHours } from '../../shared/domain/office-hours/office-hours.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { officeRule } from '../../shared/rules/office-hours.ts';

/**
 * Starts one database that office hours have stopped or that a tag asks for, if the same decision still holds for it. A
 * second call is harmless: what is starting is not stopped, and is left.
 */
export const startDatabase = defineTask({
  input: StartDatabaseInput,
  output: StartDatabaseOutput,
  deps: () => ({ power: makeRdsStartStop(), rule: officeRule(operations(), config().stage), now: () => new Date() }),
  async run({ instanceId }, { power, rule, now }) {
    const instance = await power.find(instanceId);
    if (rule === undefined || instance === undefined) {
      return { instanceId, done: false, reason: rule === undefined ? 'the stage has no office hours' : 'is gone' };
    }
    const { action, reason } = decideOfficeHours(instance, rule, now());
    if (action !== 'start') {
      logger.info('database is not started', { instanceId, reason });
      return { instanceId, done: false, reason };
    }
    const done = await power.start(instance);
    logger.info(done ? 'database started' : 'database is busy', { instanceId, reason });
    return { instanceId, done, reason: done ? reason : 'is doing something else, says RDS' };
  },
});
export const { handler } = startDatabase;
