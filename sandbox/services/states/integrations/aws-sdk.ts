import { StatesError } from '../../../asl/states-error.ts';
import type { TaskOptions } from '../../../asl/task-runner.ts';
import type { Arguments, IntegrationContext } from './integration.ts';
import { fromSdkOutput, toSdkInput } from './sdk-members.ts';
import { sdkModel, sdkServices } from './sdk-services.ts';
import { serviceFailure } from './service-failure.ts';

/** `arn:aws:states:::aws-sdk:<service>:<action>`: any operation of the services that the sandbox emulates. */
export async function callAwsSdk(
  context: IntegrationContext,
  serviceName: string,
  action: string,
  taskArguments: Arguments,
  options: Pick<TaskOptions, 'signal'>,
): Promise<unknown> {
  const service = Object.hasOwn(sdkServices, serviceName) ? sdkServices[serviceName] : undefined;
  const model = service === undefined ? undefined : await sdkModel(service);
  const operation = model?.operations.get(action.slice(0, 1).toUpperCase() + action.slice(1));
  if (service === undefined || model === undefined || operation === undefined) {
    throw new StatesError(
      'States.Runtime',
      `The resource 'aws-sdk:${serviceName}:${action}' is not supported by the sandbox.`,
    );
  }
  const input = await toSdkInput(taskArguments, operation.input, '');
  try {
    const output = await context.dispatch(service.id, operation.name, input, {
      region: context.region,
      caller: context.caller(),
      signal: options.signal,
    });
    return (await fromSdkOutput(output, operation.output)) ?? {};
  } catch (thrown) {
    throw serviceFailure(thrown, {
      prefix: service.prefix,
      serviceName: service.prefix,
      general: `${service.prefix}Exception`,
      modelled: new Set(model.errors.keys()),
    });
  }
}
