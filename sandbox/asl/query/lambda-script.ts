import { StatesError, toStatesError } from '../states-error.ts';
import type { TaskOptions, TaskRunner } from '../task-runner.ts';

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
    const name = functionKey(FunctionName);
    const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
    if (script === undefined) {
      throw new StatesError('Lambda.ResourceNotFoundException', `Function not found: ${name}`);
    }
    try {
      const answer = (await script(Payload, options)) ?? null;
      // What waits for a token gets what is sent with it, and not what the function answers.
      if (resource.endsWith('.waitForTaskToken')) return answer;
      return { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 };
    } catch (thrown) {
      throw toStatesError(thrown);
    }
  };
}

/** A definition that is not packaged names its functions by serverless key: `Fn::GetAtt: [startRestore, Arn]`. */
function functionKey(functionName: unknown): string {
  const attribute: unknown = Object(functionName)['Fn::GetAtt'];
  return Array.isArray(attribute) ? String(attribute[0]) : String(functionName);
}
