import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { config } from '../../shared/config.ts';
import { CheckLeaseInput, CheckLeaseOutput } from '../../shared/contracts/dr-promotion/lease.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { checkTakeOver } from '../../shared/lease/take-over.ts';
import { takeOverParts } from '../../shared/lease/take-over-parts.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Whether the lease of the primary is over: at once behind a confirmed fence, and otherwise when two of three registers were seen
 * unchanged for as long as it may go on by itself. Reads only, so a second call is harmless.
 */
export const checkLease = defineTask({
  input: CheckLeaseInput,
  output: CheckLeaseOutput,
  deps: () => ({ config: config(), policy: operations(), registerAt: makeLeaseRegister }),
  async run(asked, { config: place, policy, registerAt }) {
    const looked = await checkTakeOver(takeOverParts(asked, place, policy, registerAt));
    logger.info('lease looked at', looked);
    return looked;
  },
});
export const { handler } = checkLease;
