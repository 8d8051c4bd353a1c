import type { DescribeExecutionOutput, StartExecutionOutput } from '@aws-sdk/client-sfn';
import { untilAborted } from '../../../asl/pause.ts';
import { StatesError } from '../../../asl/states-error.ts';
import type { Integration, IntegrationContext } from './integration.ts';
import { serviceFailure } from './service-failure.ts';

/**
 * `arn:aws:states:::states:startExecution`. With `.sync` and `.sync:2` the task lasts as long as the child, stops it
 * when it is itself stopped, and fails with States.TaskFailed when the child does not succeed.
 */
export const startExecution: Integration = async (context, taskArguments, options, pattern) => {
  const { StateMachineArn, Input, Name } = taskArguments;
  const started = (await call(context, options.signal, 'StartExecution', {
    stateMachineArn: StateMachineArn,
    ...(Name === undefined ? {} : { name: Name }),
    input: typeof Input === 'string' ? Input : JSON.stringify(Input ?? {}),
  })) as StartExecutionOutput;
  const executionArn = started.executionArn ?? '';
  const answer = { ExecutionArn: executionArn, StartDate: started.startDate?.getTime() };
  if (!pattern.startsWith('.sync')) {
    return answer;
  }
  options.submitted(answer);
  try {
    await untilAborted(context.waitForEnd(executionArn), options.signal);
  } catch (thrown) {
    await call(context, new AbortController().signal, 'StopExecution', { executionArn }).catch(() => {});
    throw thrown;
  }
  const child = (await call(context, options.signal, 'DescribeExecution', { executionArn })) as DescribeExecutionOutput;
  const result = describe(child, pattern === '.sync:2');
  if (child.status !== 'SUCCEEDED') {
    throw new StatesError('States.TaskFailed', JSON.stringify(result));
  }
  return result;
};

/** `.sync` gives the child's input and output as text, `.sync:2` as JSON. */
function describe(child: DescribeExecutionOutput, parsed: boolean): Record<string, unknown> {
  const payload = (text: string | undefined) => (parsed && text !== undefined ? JSON.parse(text) : text);
  const members: [string, unknown][] = [
    ['Cause', child.cause],
    ['Error', child.error],
    ['ExecutionArn', child.executionArn],
    ['Input', payload(child.input)],
    ['InputDetails', { Included: true }],
    ['Name', child.name],
    ['Output', payload(child.output)],
    ['OutputDetails', child.output === undefined ? undefined : { Included: true }],
    ['RedriveCount', child.redriveCount],
    ['StartDate', child.startDate?.getTime()],
    ['StateMachineArn', child.stateMachineArn],
    ['Status', child.status],
    ['StopDate', child.stopDate?.getTime()],
  ];
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

async function call(
  context: IntegrationContext,
  signal: AbortSignal,
  operation: string,
  input: unknown,
): Promise<unknown> {
  try {
    return await context.dispatch('states', operation, input, {
      region: context.region,
      caller: context.caller(),
      signal,
    });
  } catch (thrown) {
    throw serviceFailure(thrown, {
      prefix: 'StepFunctions',
      serviceName: 'AWSStepFunctions',
      general: 'AWSStepFunctionsException',
    });
  }
}
