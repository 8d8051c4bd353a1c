import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import { type ClientModel, type OperationModel, readClientModel } from './model.ts';
import { requiredMembers } from './required-members.ts';
import type { CallContext, Service } from './service.ts';

/** The answer `undefined` permits the call; an error refuses it and is what the caller sees. */
export type Authorize = (context: CallContext, input: unknown) => AwsError | undefined;

/** Stands between a permitted call and its operation: faults, recording. `next` runs the operation, also repeatedly. */
export type Intercept = (context: CallContext, input: unknown, next: () => Promise<unknown>) => Promise<unknown>;

export type CallLog = {
  readonly context: CallContext;
  readonly input: unknown;
  readonly milliseconds: number;
  readonly error?: unknown;
};

export type CallHooks = {
  readonly authorize?: Authorize;
  readonly intercept?: Intercept;
  readonly log?: (call: CallLog) => void;
};

export type Registered = { readonly service: Service; readonly model: ClientModel };

/** The services by signing name; SDK clients are read once, here. */
export function registerServices(services: readonly Service[]): Map<string, Registered> {
  const registered = new Map<string, Registered>();
  for (const service of services) {
    if (registered.has(service.id)) {
      throw new Error(`service '${service.id}' is registered twice, a signing name belongs to one service`);
    }
    registered.set(service.id, { service, model: readClientModel(service.client) });
  }
  return registered;
}

/** Runs one call through authorisation, interception and the operation, whoever parsed it. */
export async function runCall(
  entry: Registered,
  operation: OperationModel,
  input: unknown,
  caller: Omit<CallContext, 'requestId' | 'service' | 'operation'> & { readonly requestId?: string },
  hooks: CallHooks,
): Promise<unknown> {
  const context: CallContext = {
    ...caller,
    requestId: caller.requestId ?? randomUUID(),
    service: entry.service.id,
    operation: operation.name,
  };
  const started = performance.now();
  try {
    const refusal = hooks.authorize?.(context, input);
    if (refusal !== undefined) {
      throw refusal;
    }
    checkRequired(entry.model, operation, input);
    const implementation = entry.service.operations[operation.name];
    if (implementation === undefined) {
      throw notEmulated(context);
    }
    const next = async (): Promise<unknown> => implementation(input, context);
    const output = await (hooks.intercept === undefined ? next() : hooks.intercept(context, input, next));
    hooks.log?.({ context, input, milliseconds: performance.now() - started });
    return output;
  } catch (error) {
    hooks.log?.({ context, input, milliseconds: performance.now() - started, error });
    throw error;
  }
}

function notEmulated(context: CallContext): AwsError {
  const name = `${context.service}:${context.operation}`;
  return new AwsError(
    'NotImplemented',
    `the sandbox does not emulate '${name}'\nHINT: sandbox/README.md lists every operation that it emulates.`,
    { status: 501 },
  );
}

/** Real services refuse a call without its required members before they look at anything else. */
function checkRequired(model: ClientModel, operation: OperationModel, input: unknown): void {
  const given = (input ?? {}) as Record<string, unknown>;
  const missing = requiredMembers(operation.input).filter((name) => given[name] === undefined || given[name] === null);
  const [first] = missing;
  if (first === undefined) {
    return;
  }
  if (model.protocol === 'query' || model.protocol === 'ec2') {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${first}`);
  }
  const faults = missing.map((name) => `Value null at '${name}' failed to satisfy constraint: Member must not be null`);
  const plural = missing.length === 1 ? 'error' : 'errors';
  throw new AwsError('ValidationException', `${missing.length} validation ${plural} detected: ${faults.join('; ')}`);
}
