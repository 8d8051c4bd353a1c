import { StatesError, toStatesError } from './states-error.ts';
import type { TaskOptions, TaskRunner } from './task-runner.ts';

export type LambdaScript = (payload: unknown, options: TaskOptions) => unknown;

/**
 * A task runner for tests: `arn:aws:states:::lambda:invoke` calls the script of its FunctionName, and the result has
 * the shape that Step Functions gives it. An error thrown by a script becomes the function's error.
 */
export function scriptLambdas(scripts: Readonly<Record<string, LambdaScript>>, others?: TaskRunner): TaskRunner {
  return async (resource, taskArguments, options) => {
    if (!resource.startsWith('arn:aws:states:::lambda:invoke')) {
      if (others === undefined) {
        throw new StatesError('States.Runtime', `no script for the resource '${resource}'`);
      }
      return await others(resource, taskArguments, options);
    }
    const { FunctionName, Payload } = Object(taskArguments);
    const script = scripts[String(FunctionName)];
    if (script === undefined) {
      throw new StatesError('Lambda.ResourceNotFoundException', `Function not found: ${String(FunctionName)}`);
    }
    try {
      return { ExecutedVersion: '$LATEST', Payload: (await script(Payload, options)) ?? null, StatusCode: 200 };
    } catch (thrown) {
      throw toStatesError(thrown);
    }
  };
}
