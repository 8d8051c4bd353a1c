import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { config } from '../../shared/config.ts';
import { TakeLeaseInput, TakeLeaseOutput } from '../../shared/contracts/dr-promotion/lease.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { takeOver } from '../../shared/lease/take-over.ts';
import { takeOverParts } from '../../shared/lease/take-over-parts.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Takes the lease for the replica, in a higher epoch in two of three registers: from here on the old primary is fenced wherever it
 * comes back. A second call is harmless: what is held is held on.
 */
export const takeLease = defineTask({
  input: TakeLeaseInput,
  output: TakeLeaseOutput,
  deps: () => ({ config: config(), policy: operations(), registerAt: makeLeaseRegister }),
  async run(asked, { config: place, policy, registerAt }) {
    const parts = takeOverParts(asked, place, policy, registerAt);
    const taken = { ...(await takeOver(parts)), holder: parts.me };
    logger.info('lease taken', taken);
    return taken;
  },
});
export const { handler } = takeLease;
