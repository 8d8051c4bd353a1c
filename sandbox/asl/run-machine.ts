import { randomUUID } from 'node:crypto';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import { Execution, type ExecutionOptions, type ExecutionStatus } from './execution.ts';
import { loadMachine } from './load-machine.ts';
import { makeMapRunHost } from './local-map-runs.ts';
import type { TaskRunner } from './task-runner.ts';

export type RunOptions = {
  readonly tasks: TaskRunner;
  readonly clock: Clock;
  /** Name of the machine, in the ARNs of the context object. */
  readonly name?: string;
  readonly executionName?: string;
  readonly random?: () => number;
  /** Aborts the execution. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: HistoryEvent) => void;
  readonly minimumTimeoutMilliseconds?: number;
};

export type RunResult = {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The names of the states in the order in which they were entered, branches and iterations included. */
  readonly path: readonly string[];
  readonly events: readonly HistoryEvent[];
};

export type MachineResult = RunResult & {
  /** The child executions of distributed Maps, in the order in which they ended. Their states are not in `path`. */
  readonly children: readonly (RunResult & { readonly input: unknown })[];
};

/**
 * Runs a definition to its end without any service around it.
 * @throws InvalidDefinitionError when the definition is not valid
 */
export async function runMachine(definition: unknown, input: unknown, options: RunOptions): Promise<MachineResult> {
  const children: Execution[] = [];
  const execution = makeExecution(definition, input, options, children);
  const abort = () => execution.abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  const end = execution.run();
  if (options.signal?.aborted === true) {
    abort();
  }
  await end;
  options.signal?.removeEventListener('abort', abort);
  return {
    ...toResult(execution),
    children: children.map((child) => ({ ...toResult(child), input: child.options.input })),
  };
}

/** The execution itself, for a test that stops or redrives it. `children` collects the ended children of its Maps. */
export function makeExecution(
  definition: unknown,
  input: unknown,
  options: RunOptions,
  children: Execution[] = [],
): Execution {
  const machine = loadMachine(definition);
  const region = 'eu-central-1';
  const stateMachineName = options.name ?? 'machine';
  const name = options.executionName ?? randomUUID();
  const shared = {
    name,
    region,
    executionArn: `arn:aws:states:${region}:123456789012:execution:${stateMachineName}:${name}`,
    roleArn: `arn:aws:iam::123456789012:role/${stateMachineName}`,
    stateMachineArn: `arn:aws:states:${region}:123456789012:stateMachine:${stateMachineName}`,
    stateMachineName,
    clock: options.clock,
    tasks: options.tasks,
    newTaskToken: randomUUID,
    ...(options.random === undefined ? {} : { random: options.random }),
    minimumTimeoutMilliseconds: options.minimumTimeoutMilliseconds ?? 0,
  } satisfies Partial<ExecutionOptions>;
  return new Execution({
    ...shared,
    machine,
    input: JSON.parse(JSON.stringify(input)),
    mapRuns: makeMapRunHost(shared, machine.QueryLanguage, {
      opened() {},
      childStarted() {},
      childEvent() {},
      childEnded: (_mapRun, child) => children.push(child),
    }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
}

export function toResult(execution: Execution): RunResult {
  const { status, output, error, cause, path, events } = execution;
  if (status === 'RUNNING') {
    throw new Error(`execution '${execution.options.name}' has not ended`);
  }
  return { status, output, error, cause, path, events };
}
