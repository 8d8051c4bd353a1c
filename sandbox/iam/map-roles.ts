import { innerBlocks, stateEntries } from '../asl/check/states.ts';
import type { Machine, StatesBlock } from '../asl/definition.ts';
import type { StateMachineResource, Template } from '../template/template.ts';
import { evaluate } from './evaluate.ts';
import type { Policies } from './policies.ts';

/**
 * A machine with a distributed Map starts, looks after and stops children of its own by its role. AWS fails the Map when
 * the role may not; here all faults are reported when the template is loaded.
 */
export function checkMapRoles(template: Template, policies: Policies): void {
  const faults = template.stateMachines.flatMap((machine) =>
    labelsOf(readMachine(machine)).flatMap((label) => missingFor(template.account, machine, label, policies)),
  );
  if (faults.length > 0) {
    throw new Error(
      `roles of the template may not run a distributed Map\n${faults.map((fault) => `  ${fault}`).join('\n')}\n` +
        'HINT: Grant what "IAM policies for using Distributed Map state" in the developer guide of Step Functions lists.',
    );
  }
}

function missingFor(account: string, machine: StateMachineResource, label: string, policies: Policies): string[] {
  const { logicalId, arn, roleArn } = machine;
  const execution = arn.replace(':stateMachine:', ':execution:');
  const needed = [
    ['states:StartExecution', arn],
    ['states:DescribeExecution', `${execution}:a`],
    ['states:StopExecution', `${execution}:a`],
    ['states:DescribeExecution', `${execution}/${label}:a`],
    ['states:StopExecution', `${execution}/${label}:a`],
    ['states:RedriveExecution', `${execution}/${label}:a`],
  ] as const;
  const roleName = roleArn.split('/').pop() ?? '';
  const caller = {
    account,
    accessKeyId: 'ASIAROLE',
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/a`,
    roleName,
  };
  return needed.flatMap(([action, resource]) =>
    evaluate(policies, { caller, action, resource, context: new Map() }).allowed
      ? []
      : [`'${logicalId}' has a distributed Map, and '${roleName}' may not ${action} on ${resource}`],
  );
}

function readMachine({ definition }: StateMachineResource): Machine {
  const machine: Machine = JSON.parse(definition);
  return machine;
}

/** The labels of the distributed Maps of a block and of the blocks within it. */
function labelsOf(block: StatesBlock): string[] {
  return stateEntries(block).flatMap(([name, state]) => [
    ...(state.Type === 'Map' && state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED'
      ? [state.Label ?? name]
      : []),
    ...innerBlocks(state).flatMap(([, inner]) => labelsOf(inner)),
  ]);
}
