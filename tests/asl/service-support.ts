import { makeStates, type States } from '../../sandbox/services/states/states.ts';
import { AwsError } from '../../sandbox/wire/aws-error.ts';
import type { Caller, Dispatch, Operation } from '../../sandbox/wire/service.ts';
import { fastClock, machine } from './support.ts';

const region = 'eu-central-1';
export const account = '123456789012';
export const roleArn = `arn:aws:iam::${account}:role/nightly`;
const operator: Caller = { account, accessKeyId: 'AKIAOPERATOR', arn: `arn:aws:iam::${account}:user/operator` };

export type Call = { readonly name: string; readonly input: Record<string, unknown>; readonly caller: Caller };

export type Bench = {
  readonly states: States;
  readonly calls: Call[];
  /** Calls an operation of the service as the operator. */
  call(operation: string, input: unknown): Promise<Record<string, unknown>>;
  create(name: string, states: Record<string, Record<string, unknown>>): Promise<string>;
  /** Starts an execution, waits for its end, and answers its description. */
  runToEnd(stateMachineArn: string, input?: unknown): Promise<Record<string, unknown>>;
};

/** The service with a fake of everything else: `others` are operations by `service:Operation`. */
export function makeBench(others: Readonly<Record<string, Operation>> = {}): Bench {
  const calls: Call[] = [];
  const dispatch: Dispatch = async (service, operation, input, { region: where, caller, signal }) => {
    const name = `${service}:${operation}`;
    calls.push({ name, input: Object(input), caller });
    const implementation = others[name] ?? (service === 'states' ? states.operations[operation] : undefined);
    if (implementation === undefined) {
      throw new AwsError('NotImplemented', `no fake for ${name}`, { status: 501 });
    }
    const context = { requestId: 'r', service, operation, region: where, caller };
    return await implementation(input, { ...context, signal: signal ?? new AbortController().signal });
  };
  const states = makeStates({
    account,
    clock: fastClock,
    dispatch,
    issueCaller: (arn, sessionName) => ({
      account,
      accessKeyId: 'ASIAROLE',
      arn: `arn:aws:sts::${account}:assumed-role/${arn.split('/').pop()}/${sessionName}`,
      roleName: arn.split('/').pop() ?? '',
    }),
  });
  const bench: Bench = {
    states,
    calls,
    async call(operation, input) {
      const signal = new AbortController().signal;
      const context = { requestId: 'r', service: 'states', operation, region, caller: operator, signal };
      return Object(await states.operations[operation]?.(input, context));
    },
    async create(name, definition) {
      const created = await bench.call('CreateStateMachine', {
        name,
        roleArn,
        definition: JSON.stringify(machine(definition)),
      });
      return String(created['stateMachineArn']);
    },
    async runToEnd(stateMachineArn, input = {}) {
      const started = await bench.call('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
      const executionArn = String(started['executionArn']);
      await states.waitForEnd(executionArn);
      return await bench.call('DescribeExecution', { executionArn });
    },
  };
  return bench;
}

/** Checks of `assert.rejects`: the thrown AwsError has this code. */
export function withCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof AwsError && error.code === code;
}
