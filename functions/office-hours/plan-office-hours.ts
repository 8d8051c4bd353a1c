import { makeRdsStartStop } from '../../shared/aws/rds/start-stop.ts';
import { config } from '../../shared/config.ts';
import { PlanOfficeHoursInput, PlanOfficeHoursOutput } from '../../shared/contracts/office-hours.ts';
import { decideOfficeHours } from '../../shared/domain/office-hours/office-hours.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { officeRule } from '../../shared/rules/office-hours.ts';

/** Looks at each instance that operations.yml names. Changes nothing, so a second call is harmless. */
export const planOfficeHours = defineTask({
  input: PlanOfficeHoursInput,
  output: PlanOfficeHoursOutput,
  deps: () => ({ power: makeRdsStartStop(), rule: officeRule(operations(), config().stage), now: () => new Date() }),
  async run(_input, { power, rule, now }) {
    if (rule === undefined) {
      logger.info('the stage has no office hours');
      return { actions: [] };
    }
    const decisions = [];
    for (const id of rule.instances) {
      const instance = await power.find(id);
      if (instance === undefined) logger.info('instance does not exist', { instanceId: id });
      else decisions.push(decideOfficeHours(instance, rule, now()));
    }
    logger.info('office hours planned', { decisions });
    return { actions: decisions.filter(({ action, isStuck }) => action !== 'leave' || isStuck) };
  },
});
export const { handler } = planOfficeHours;
