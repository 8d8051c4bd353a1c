import * as client from '@aws-sdk/client-lambda';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import type { DeadLetter, LambdaFunction } from './function.ts';
import { makeReservedConcurrency, Throttled } from './reserved-concurrency.ts';
import type { LambdaRuntime } from './runtime.ts';

export type LambdaDeps = {
  readonly account: string;
  readonly functions: readonly LambdaFunction[];
  readonly runtime: LambdaRuntime;
  readonly clock: Clock;
  /** One for the functions' addresses and for all other callers. */
  readonly reserved?: ReturnType<typeof makeReservedConcurrency>;
  readonly onDeadLetter?: (letter: DeadLetter) => void;
};

/** Lambda refuses a longer request. */
const MAXIMUM_REQUEST_BYTES = 6_291_456;
/** An asynchronous invocation that failed is tried again after a minute, and after two more. */
const ASYNC_RETRY_DELAYS_MS = [60_000, 120_000];

export function makeLambda({
  account,
  functions,
  runtime,
  clock,
  reserved = makeReservedConcurrency(),
  onDeadLetter,
}: LambdaDeps): Service {
  function find(identifier: string | undefined, region: string): LambdaFunction {
    const { name, inRegion } = parseName(identifier ?? '', region);
    const found = functions.find((fn) => fn.name === name && fn.region === inRegion);
    if (found === undefined) {
      const message = `Function not found: arn:aws:lambda:${inRegion}:${account}:function:${name}`;
      throw new AwsError('ResourceNotFoundException', message, { members: { Type: 'User' } });
    }
    return found;
  }

  async function invokeLater(fn: LambdaFunction, payload: string, { requestId, signal }: CallContext): Promise<void> {
    for (const delay of [...ASYNC_RETRY_DELAYS_MS, undefined]) {
      const { functionError, payload: answer } = await runtime.invoke(fn, payload, requestId);
      if (functionError === undefined) {
        return;
      }
      if (delay === undefined) {
        if (fn.deadLetterArn !== undefined) {
          const { errorMessage = '' } = JSON.parse(answer) as { errorMessage?: string };
          onDeadLetter?.({ targetArn: fn.deadLetterArn, functionName: fn.name, body: payload, errorMessage });
        }
        return;
      }
      await clock.wait(delay, signal);
    }
  }

  return {
    id: 'lambda',
    client,
    operations: {
      Invoke: async (input: client.InvokeCommandInput, context: CallContext) => {
        const fn = find(input.FunctionName, context.region);
        const payload = readPayload(input.Payload);
        if (input.InvocationType === 'DryRun') {
          return { StatusCode: 204 };
        }
        if (input.InvocationType === 'Event') {
          // Nobody waits for it; it rejects only when the sandbox stops under it.
          invokeLater(fn, payload, context).catch(() => {});
          return { StatusCode: 202 };
        }
        const result = await reserved(fn, () => runtime.invoke(fn, payload, context.requestId)).catch(throttledAsAws);
        return {
          StatusCode: 200,
          FunctionError: result.functionError,
          Payload: Buffer.from(result.payload),
          ExecutedVersion: '$LATEST',
          LogResult: input.LogType === 'Tail' ? Buffer.from(result.logTail).toString('base64') : undefined,
        };
      },

      GetFunction: (input: client.GetFunctionCommandInput, { region }: CallContext) => ({
        Configuration: describe(find(input.FunctionName, region)),
      }),

      GetFunctionConfiguration: (input: client.GetFunctionConfigurationCommandInput, { region }: CallContext) =>
        describe(find(input.FunctionName, region)),

      ListFunctions: (input: client.ListFunctionsCommandInput, { region }: CallContext) => {
        const here = functions.filter((fn) => fn.region === region);
        const { items, next } = page(here, input.Marker, input.MaxItems ?? 50);
        return { Functions: items.map(describe), NextMarker: next };
      },
    },
  };
}

function throttledAsAws(error: unknown): never {
  if (!(error instanceof Throttled)) throw error;
  const members = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' };
  throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429, members });
}

/** A name, an ARN or a partial ARN (`<account>:function:<name>`), each with or without a qualifier. */
function parseName(identifier: string, region: string): { name: string; inRegion: string } {
  const arn = /^(?:arn:[^:]+:lambda:([^:]+):)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::[\w$-]+)?$/.exec(identifier);
  return { name: arn?.[2] ?? identifier, inRegion: arn?.[1] ?? region };
}

function readPayload(payload: unknown): string {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(typeof payload === 'string' ? payload : '');
  if (bytes.byteLength > MAXIMUM_REQUEST_BYTES) {
    const message = `${bytes.byteLength} byte payload is too large for the RequestResponse invocation type (limit ${MAXIMUM_REQUEST_BYTES} bytes)`;
    throw new AwsError('RequestTooLargeException', message, { status: 413 });
  }
  const text = bytes.byteLength === 0 ? '{}' : Buffer.from(bytes).toString();
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
  return text;
}

function describe(fn: LambdaFunction): client.FunctionConfiguration {
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Description: fn.description,
    Role: fn.roleArn,
    Handler: fn.handler,
    Runtime: fn.runtime as client.Runtime,
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    Environment: { Variables: { ...fn.environment } },
    Version: '$LATEST',
    State: 'Active',
  };
}
