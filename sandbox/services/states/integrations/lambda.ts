import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { StatesError } from '../../../asl/states-error.ts';
import type { Arguments, Integration, IntegrationContext } from './integration.ts';
import { bodyText } from './sdk-members.ts';
import { serviceFailure } from './service-failure.ts';

/** `arn:aws:states:::lambda:invoke`: the result carries the function's own result in `Payload`. */
export const invokeLambda: Integration = async (context, taskArguments, options) => {
  const { output, payload } = await invoke(context, taskArguments, options.signal);
  return {
    ExecutedVersion: output.ExecutedVersion ?? '$LATEST',
    Payload: payload,
    SdkHttpMetadata: { HttpStatusCode: output.StatusCode ?? 200 },
    StatusCode: output.StatusCode ?? 200,
  };
};

/** A function's ARN as the Resource: the arguments are its event and its result is the task's. */
export async function invokeFunctionDirectly(
  context: IntegrationContext,
  functionArn: string,
  event: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const { payload } = await invoke(context, { FunctionName: functionArn, Payload: event }, signal);
  return payload;
}

async function invoke(
  context: IntegrationContext,
  { Payload, FunctionName, Qualifier, InvocationType, ClientContext }: Arguments,
  signal: AbortSignal,
): Promise<{ output: InvokeCommandOutput; payload: unknown }> {
  const request: InvokeCommandInput = {
    FunctionName: String(FunctionName),
    Payload: Buffer.from(JSON.stringify(Payload ?? {})),
    InvocationType: InvocationType === 'Event' ? 'Event' : 'RequestResponse',
    ...(typeof Qualifier === 'string' ? { Qualifier } : {}),
    ...(typeof ClientContext === 'string' ? { ClientContext } : {}),
  };
  let output: InvokeCommandOutput;
  try {
    const call = { region: context.region, caller: context.caller(), signal };
    output = (await context.dispatch('lambda', 'Invoke', request, call)) as InvokeCommandOutput;
  } catch (thrown) {
    throw serviceFailure(thrown, { prefix: 'Lambda', serviceName: 'Lambda', general: 'AWSLambdaException' });
  }
  const text = output.Payload === undefined ? '' : await bodyText(output.Payload);
  if (output.FunctionError !== undefined) {
    throw functionFailure(text);
  }
  return { output, payload: text === '' ? {} : JSON.parse(text) };
}

/** A function's error is named by its payload; one that names none (a killed process) is `Lambda.Unknown`. */
function functionFailure(payload: string): StatesError {
  let errorType: unknown;
  try {
    errorType = Reflect.get(Object(JSON.parse(payload)), 'errorType');
  } catch {
    errorType = undefined;
  }
  return typeof errorType === 'string' && errorType !== ''
    ? new StatesError(errorType, payload)
    : new StatesError(
        'Lambda.Unknown',
        `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
      );
}
