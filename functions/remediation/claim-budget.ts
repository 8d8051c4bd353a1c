import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { type States, statesIn } from '../../shared/aws/states.ts';
import { config } from '../../shared/config.ts';
import { ClaimBudgetInput, ClaimBudgetOutput } from '../../shared/contracts/remediation/remediation.ts';
import { actIdOf, causeKeyOf } from '../../shared/domain/remediation/identity.ts';
import { forbiddenBy, forbiddingWorkflows, type RunningExecution } from '../../shared/domain/remediation/remedies.ts';
import { claimBudget as claim } from '../../shared/evidence/claims.ts';
import { MachineEnvironment, machineArns } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { remedyBudget } from '../../shared/rules/remediation.ts';

/**
 * Claims a place in the budget before anything is done, once nothing runs that forbids the act. A second call finds its own
 * claim: it spends nothing, and looks again at what runs.
 */
export const claimBudget = defineTask({
  input: ClaimBudgetInput,
  output: ClaimBudgetOutput,
  environment: MachineEnvironment,
  deps: (environment) => ({
    store: makeObjectStore(config().evidenceBucket),
    /** A promotion runs in the second region. */
    statesOf: (arn: string): Pick<States, 'running'> => statesIn(arn.split(':')[3] ?? ''),
    machines: machineArns(environment),
    budget: remedyBudget(operations()),
    askSeconds: operations().remediation.ask.minutes * 60,
    now: () => Date.now(),
  }),
  async run({ executionName, change, found }, { store, statesOf, machines, budget, askSeconds, now }) {
    const { remedy, mode, database } = found;
    const running: RunningExecution[] = [];
    for (const workflow of forbiddingWorkflows(remedy)) {
      const arn = machines.get(workflow);
      if (arn === undefined) continue; // this stage has no such machine
      for (const one of await statesOf(arn).running(arn)) running.push({ workflow, ...one });
    }
    const forbids = forbiddenBy(remedy, database, running);
    if (forbids !== undefined) {
      const reason = `execution '${forbids.name}' of ${forbids.workflow} runs, which forbids it`;
      logger.info('remedy is forbidden', { reason });
      return { isGranted: false, isRepeated: false, reason, claimKey: null, askSeconds };
    }
    const request = {
      ...{ execution: executionName, remedy, mode, database },
      ...{ actId: actIdOf(change), causeKey: causeKeyOf(found) },
    };
    const { decision, key } = await claim(store, request, budget, now);
    const isGranted = decision.kind === 'granted' || decision.kind === 'held';
    const reason = 'reason' in decision ? decision.reason : 'within the budget';
    logger.info('budget claimed', { isGranted, reason, claimKey: key });
    return { isGranted, isRepeated: decision.kind === 'repeated', reason, claimKey: key, askSeconds };
  },
});
export const { handler } = claimBudget;
