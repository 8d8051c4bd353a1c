import { makeReplica } from '../demo/replica.ts';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';

/** A promotion in the second region, after which the demo has another primary; and what is only called when one fails. */
export function exercisesOfPromotion(database: string, instance: string): Exercise[] {
  const replicaId = `${instance}-exercise`;
  return [
    {
      title: 'a fence that is lifted',
      run: async (sandbox) => {
        const { roles, errorType } = await invoke(
          sandbox,
          'liftFence',
          { executionName: 'exercise', database },
          second(),
        );
        // Under an enforced lease that nobody renews they stay out, and that is an answer, too.
        return Array.isArray(roles) || errorType === 'FenceNotLiftedError' ? undefined : String(errorType);
      },
    },
    {
      title: 'a promotion',
      run: async (sandbox) => {
        await makeReplica({ sandbox, instance, database }, replicaId);
        const order = { database, mode: 'promote', reason: 'an exercise', mostLossSeconds: 0 };
        const { arn, status, cause } = await promote(sandbox, order);
        if (status !== 'SUCCEEDED') return `${status}: ${cause}`;
        // The next one looks at the claim of the one before.
        const executionArn = arn.replace(/[^:]+$/, 'exercise');
        const claimed = await invoke(
          sandbox,
          'claimPromotion',
          { executionName: 'exercise', executionArn, database },
          second(),
        );
        return typeof claimed['claimKey'] === 'string' ? undefined : JSON.stringify(claimed);
      },
    },
    {
      title: 'a promotion that is recorded twice',
      run: async (sandbox) => {
        const [one, other] = [
          await invoke(sandbox, 'recordPromotion', unplanned, second()),
          await invoke(sandbox, 'recordPromotion', unplanned, second()),
        ];
        return one['recordKey'] !== undefined && one['recordKey'] === other['recordKey']
          ? undefined
          : JSON.stringify([one, other]);
      },
    },
  ];
}

const second = (): string => devStage().dr?.region ?? '';

const unplanned = {
  ...{ executionName: 'exercise', executionArn: 'arn:aws:states:us-west-2:123456789012:execution:exercise:exercise' },
  ...{ startedAt: new Date().toISOString(), request: {}, plan: null, lease: null, fence: null, drained: null },
  ...{ opened: null, confirmed: null, nameFailure: null },
  ...{ isPromotionAsked: false, isLifted: false, liftFailure: null, hardenFailure: null, phases: [] },
  failure: { error: 'Exercise', cause: 'an exercise', state: 'PlanPromotion' },
};

async function promote(sandbox: Sandbox, order: object) {
  const stack = sandbox.stacks.find(({ region }) => region === second());
  const machine = stack?.stateMachines.find(({ name }) => workflowOf(name) === 'dr-promotion');
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify(order) },
    { region: second(), caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { status, cause, output } = await sandbox.states.waitForEnd(executionArn);
  return { arn: executionArn, status, cause: cause ?? output ?? '' };
}
