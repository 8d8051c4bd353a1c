import type { CostRule } from '../domain/cost/analysis.ts';
import { stagePolicy } from '../policy/operations.ts';
import type { Operations } from '../policy/schema.ts';

/** What is worth reporting, and the stage's budget, as operations.yml says it. */
export const costRule = (policy: Operations, stage: string): CostRule => ({
  ...policy.costs,
  budget: stagePolicy(policy, stage).monthlyBudget,
});
