import { makeRdsInventory } from '../../shared/aws/rds/inventory.ts';
import { config } from '../../shared/config.ts';
import { FindLeftoversInput, FindLeftoversOutput } from '../../shared/contracts/sweep-leftovers.ts';
import { findLeftovers as classify } from '../../shared/domain/resource/leftovers.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, sourceInstanceIds } from '../../shared/policy/operations.ts';

/** Finds throw-away copies of the region that outlived their expiry. Reads only, so a second call is harmless. */
export const findLeftovers = defineTask({
  input: FindLeftoversInput,
  output: FindLeftoversOutput,
  deps: () => ({
    inventory: makeRdsInventory(),
    sources: sourceInstanceIds(operations(), config().stage),
    now: () => new Date(),
  }),
  async run(_, { inventory, sources, now }) {
    const found = classify(await inventory.listInstances(), sources, now());
    for (const leftover of found) logger.warn('left-over found', leftover);
    return {
      expired: found.filter(({ kind }) => kind === 'expired'),
      suspects: found.filter(({ kind }) => kind === 'suspect'),
    };
  },
});
export const { handler } = findLeftovers;
