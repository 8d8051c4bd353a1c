import { StatesError } from '../../../asl/states-error.ts';
import type { TaskRunner } from '../../../asl/task-runner.ts';
import { callAwsSdk } from './aws-sdk.ts';
import type { Arguments, Integration, IntegrationContext } from './integration.ts';
import { invokeFunctionDirectly, invokeLambda } from './lambda.ts';
import { publish } from './publish.ts';
import { putEvents } from './put-events.ts';
import { startExecution } from './start-execution.ts';

/** Without `arn:aws:states:::`, and the patterns that each may end with. */
export const optimized: Readonly<Record<string, { readonly run: Integration; readonly patterns: readonly string[] }>> =
  {
    'lambda:invoke': { run: invokeLambda, patterns: ['', '.waitForTaskToken'] },
    'states:startExecution': { run: startExecution, patterns: ['', '.sync', '.sync:2', '.waitForTaskToken'] },
    'sns:publish': { run: publish, patterns: ['', '.waitForTaskToken'] },
    'events:putEvents': { run: putEvents, patterns: ['', '.waitForTaskToken'] },
  };

/** The S3 calls of a distributed Map's ItemReader and ResultWriter, written without `aws-sdk`. */
const mapResources = new Set(['s3:getObject', 's3:listObjectsV2', 's3:putObject']);

/** The task runner of one execution: reads the Resource and makes the call as the machine's role. */
export function makeIntegrations(context: IntegrationContext): TaskRunner {
  return async (resource, taskArguments, options) => {
    const input: Arguments = Object(taskArguments);
    if (/^arn:aws:lambda:/.test(resource)) {
      return await invokeFunctionDirectly(context, resource, taskArguments, options.signal);
    }
    const parsed = /^arn:aws:states:::(.+?)(\.sync(?::2)?|\.waitForTaskToken)?$/.exec(resource);
    const action = parsed?.[1] ?? '';
    const pattern = parsed?.[2] ?? '';
    const integration = optimized[action];
    if (integration?.patterns.includes(pattern) === true) {
      const result = await integration.run(context, input, options, pattern);
      return await awaitCallback(context, options, pattern, result);
    }
    const [first, service, operation] = action.split(':');
    if (first === 'aws-sdk' && service !== undefined && operation !== undefined && !pattern.startsWith('.sync')) {
      const result = await callAwsSdk(context, service, operation, input, options);
      return await awaitCallback(context, options, pattern, result);
    }
    if (mapResources.has(action) && pattern === '') {
      const [, s3Operation = ''] = action.split(':');
      return await callAwsSdk(context, 's3', s3Operation, input, options);
    }
    throw new StatesError('States.Runtime', `The resource '${resource}' is not supported by the sandbox.`);
  };
}

async function awaitCallback(
  context: IntegrationContext,
  options: Parameters<TaskRunner>[2],
  pattern: string,
  result: unknown,
): Promise<unknown> {
  if (pattern !== '.waitForTaskToken' || options.taskToken === undefined) {
    return result;
  }
  options.submitted(result);
  return await context.tokens.wait(options.taskToken, options.signal, options.heartbeat);
}
