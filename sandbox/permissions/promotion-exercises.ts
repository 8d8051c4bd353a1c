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
          { executionName: 'exercise', database, primary: { region: sandbox.region, instanceId: instance } },
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
  ...{ opened: null, confirmed: null, nameFailure: null, seen: null, answers: [] },
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

/** The way back from the promotion that was exercised before; the demo has its primary at home again then. */
export function exercisesOfFailback(database: string): Exercise[] {
  return [
    {
      title: 'a failback',
      run: async (sandbox) => {
        const plan = await failBack(sandbox, { database });
        if (plan.status !== 'SUCCEEDED') return `${plan.status}: ${plan.cause}`;
        // What the demo holds that nobody but its owner may read is unknown.
        const [, accept] = /"accept": "([0-9a-f]{64})"/.exec(plan.cause.replaceAll('\\"', '"')) ?? [];
        const accepted = accept === undefined ? {} : { accept, acceptUnknown: 'an exercise leaves it behind' };
        const order = { database, mode: 'failback', reason: 'an exercise', ...accepted };
        const { arn, status, cause } = await failBack(sandbox, order);
        if (status !== 'SUCCEEDED') return `${status}: ${cause}`;
        // The next one looks at the claim of the one before.
        const executionArn = arn.replace(/[^:]+$/, 'exercise');
        const claimed = await invoke(sandbox, 'claimPromotion', { executionName: 'exercise', executionArn, database });
        return typeof claimed['claimKey'] === 'string' ? undefined : JSON.stringify(claimed);
      },
    },
    {
      title: 'a failback that is recorded twice',
      run: async (sandbox) => {
        const [one, other] = [
          await invoke(sandbox, 'recordFailback', unplannedFailback),
          await invoke(sandbox, 'recordFailback', unplannedFailback),
        ];
        return one['recordKey'] !== undefined && one['recordKey'] === other['recordKey']
          ? undefined
          : JSON.stringify([one, other]);
      },
    },
  ];
}

const unplannedFailback = {
  ...{ executionName: 'exercise', executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise' },
  ...{ startedAt: new Date().toISOString(), request: {}, plan: null, stranded: null, refusals: [], isRebuilt: false },
  ...{ fence: null, compared: null, lease: null, opened: null, confirmed: null, nameFailure: null },
  ...{ isPromotionAsked: false, isLifted: false, liftFailure: null, hardenFailure: null, phases: [] },
  failure: { error: 'Exercise', cause: 'an exercise', state: 'PlanFailback' },
};

async function failBack(sandbox: Sandbox, order: object) {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'dr-failback');
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify(order) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { status, cause, output } = await sandbox.states.waitForEnd(executionArn);
  return { arn: executionArn, status, cause: cause ?? output ?? '' };
}
