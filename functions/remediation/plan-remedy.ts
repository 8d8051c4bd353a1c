import { config } from '../../shared/config.ts';
import { PlanRemedyInput, PlanRemedyOutput } from '../../shared/contracts/remediation/remediation.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { planRemedies } from '../../shared/rules/remediation.ts';

/** Which remedies belong to the alarm, and whether each observes, asks or acts. Changes nothing: a second call is harmless. */
export const planRemedy = defineTask({
  input: PlanRemedyInput,
  output: PlanRemedyOutput,
  deps: () => ({ policy: operations(), stage: config().stage }),
  async run({ change }, { policy, stage }) {
    const planned = planRemedies(change, policy, stage);
    logger.info('remedies planned', planned);
    return planned;
  },
});
export const { handler } = planRemedy;
