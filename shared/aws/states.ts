import {
  DescribeExecutionCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RunningProof } from '../domain/resource/proof-instances.ts';
import { ExecutionNotOursError } from '../errors.ts';
import { callAws, isAwsError } from './call.ts';

export type ExecutionState = {
  readonly status: string;
  readonly input: string;
  /** Of one that succeeded: JSON. */
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
};

export type States = {
  /**
   * Starts an execution under a name, once: one that exists with the same input is the answer, running or ended.
   * Throws ExecutionNotOursError when it has another input.
   */
  start(stateMachineArn: string, name: string, input: unknown): Promise<string>;
  describe(executionArn: string): Promise<ExecutionState>;
  /** The executions of a state machine that run now. */
  running(stateMachineArn: string): Promise<readonly RunningProof[]>;
};

export function makeStates(client = new SFNClient({ maxAttempts: 5 })): States {
  const describe = async (executionArn: string): Promise<ExecutionState> => {
    const found = await callAws(`describe execution '${executionArn}'`, (options) =>
      client.send(new DescribeExecutionCommand({ executionArn }), options),
    );
    const { status = 'UNKNOWN', input = '', output, error, cause } = found;
    return { status, input, output, error, cause };
  };
  return {
    async start(stateMachineArn, name, input) {
      const text = JSON.stringify(input);
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        const command = new StartExecutionCommand({ stateMachineArn, name, input: text });
        await callAws(`start execution '${name}'`, (options) => client.send(command, options));
      } catch (error) {
        if (!isAwsError(error, 'ExecutionAlreadyExists')) throw error;
        const existing = await describe(executionArn);
        if (existing.input !== text) {
          throw new ExecutionNotOursError(`execution '${name}' exists with another input`, {
            hints: ['Start the workflow under another name.'],
            cause: error,
          });
        }
      }
      return executionArn;
    },
    describe,
    async running(stateMachineArn) {
      const found = await callAws(`list executions of '${stateMachineArn}'`, async (options) => {
        const all: { readonly name: string; readonly executionArn: string }[] = [];
        const query = { stateMachineArn, statusFilter: 'RUNNING' as const };
        for await (const { executions = [] } of paginateListExecutions({ client }, query, options)) {
          for (const { name = '', executionArn = '' } of executions) all.push({ name, executionArn });
        }
        return all;
      });
      const states = await Promise.all(
        found.map(async ({ name, executionArn }) => ({ name, ...(await describe(executionArn)) })),
      );
      return states.filter(({ status }) => status === 'RUNNING').map(({ name, input }) => ({ name, input }));
    },
  };
}

export const statesIn = (region: string): States => makeStates(new SFNClient({ region, maxAttempts: 5 }));
