/** Runs a real state machine with scripted tasks whose payloads and answers must pass the real contracts. */
import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { readMachine } from '../../packaging/cloudformation/workflows.cjs';
import { scriptLambdas } from '../../sandbox/asl/query/lambda-script.ts';
import { type MachineResult, type RunOptions, runMachine } from '../../sandbox/asl/run-machine.ts';
import { StatesError, toStatesError } from '../../sandbox/asl/states-error.ts';
import type { TaskRunner } from '../../sandbox/asl/task-runner.ts';
import { makeClock } from '../../sandbox/clock.ts';
import { armsOf, armsTaken, type Definition, isMarker, withMarkers } from './arms.ts';

/** The contracts of each task, and of each machine that is started and awaited, by its serverless key. */
export type Contracts = Readonly<Record<string, readonly [z.core.$ZodType, z.core.$ZodType]>>;
export type Input<C extends Contracts, T extends keyof C> = z.output<C[T][0]>;
export type Output<C extends Contracts, T extends keyof C> = z.input<C[T][1]>;

/** What a task does when it is called for the `call`-th time (from 1): answers, or throws. */
export type TaskScript<C extends Contracts, T extends keyof C> = (
  input: Input<C, T>,
  call: number,
) => Output<C, T> | Promise<Output<C, T>>;
export type TaskScripts<C extends Contracts> = { readonly [T in keyof C]?: TaskScript<C, T> };

/** The inputs of every call of each task, as its contract parsed them. */
export type TaskCalls<C extends Contracts> = { readonly [T in keyof C]: Input<C, T>[] };
export type WorkflowResult<C extends Contracts> = MachineResult & { readonly calls: TaskCalls<C> };

/** Six hours of polling take under a second; a task has all the real time that it may need. */
const clock = makeClock(1_000_000);

export function workflowBench<C extends Contracts>({
  workflow,
  contracts,
  soundRun,
  soundInput,
}: {
  readonly workflow: string;
  readonly contracts: C;
  readonly soundRun: { readonly [T in keyof C]: TaskScript<C, T> };
  readonly soundInput: unknown;
}) {
  const definition: Definition = withMarkers(readMachine(workflow) as unknown as Definition);
  const taken = new Set<string>();

  /** What does not pass a contract fails the test, even where the state machine would catch it. */
  async function run(
    scripts: TaskScripts<C> = {},
    options: Partial<RunOptions> & {
      readonly input?: unknown;
      /** Does the work of tasks that invoke no function and start no machine of the contracts. */
      readonly others?: TaskRunner;
      /** A payload that its contract does not allow is refused as a function refuses it, instead of failing the test. */
      readonly refusesInput?: boolean;
    } = {},
  ): Promise<WorkflowResult<C>> {
    const names = Object.keys(contracts);
    const calls = Object.fromEntries(names.map((name) => [name, [] as unknown[]]));
    const breaches: string[] = [];
    const obey = (schema: z.core.$ZodType | undefined, value: unknown, what: string): unknown => {
      assert.ok(schema);
      const parsed = z.safeParse(schema, value);
      if (!parsed.success) breaches.push(`${what} ${JSON.stringify(value)}: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    };
    const { input = soundInput, others, refusesInput = false, ...rest } = options;
    const scriptOf = (name: string) => async (payload: unknown) => {
      const isAllowed = z.safeParse(contracts[name]?.[0] ?? z.never(), payload).success;
      if (refusesInput && !isAllowed) throw refusalOf(name);
      const input = obey(contracts[name]?.[0], payload, `input of ${name}`);
      const made = calls[name] ?? [];
      made.push(input);
      const script = (scripts[name] ?? soundRun[name]) as (input: unknown, call: number) => unknown;
      return obey(contracts[name]?.[1], await script(input, made.length), `output of ${name}`);
    };
    const machines: TaskRunner = async (resource, given, task) => {
      const { StateMachineArn, Input } = given as { StateMachineArn?: { Ref?: string }; Input?: unknown };
      const key = StateMachineArn?.Ref?.replace(/^[A-Z]/, (letter) => letter.toLowerCase()) ?? '';
      if (resource !== 'arn:aws:states:::states:startExecution.sync:2' || contracts[key] === undefined)
        return scriptLambdas({}, others)(resource, given, task);
      return { Output: await ended(() => scriptOf(key)(Input)), Status: 'SUCCEEDED' };
    };
    const result = await runMachine(definition, input, {
      tasks: scriptLambdas(Object.fromEntries(names.map((name) => [name, scriptOf(name)])), machines),
      clock,
      name: `${workflow}-dev`,
      executionName: 'run-1',
      minimumTimeoutMilliseconds: 60_000,
      ...rest,
    });
    assert.deepEqual(breaches, []);
    for (const walk of [result, ...result.children]) for (const arm of armsTaken(walk)) taken.add(arm);
    return {
      ...result,
      path: result.path.filter((state) => !isMarker(state)),
      calls: calls as unknown as TaskCalls<C>,
    };
  }

  return {
    run,
    /** Answers with the sound run's answer after `count` calls of `first`. */
    after<T extends keyof C>(task: T, count: number, first: TaskScript<C, T>): TaskScripts<C> {
      const script: TaskScript<C, T> = (input, call) => (call <= count ? first : soundRun[task])(input, call);
      return { [task]: script } as unknown as TaskScripts<C>;
    },
    soundAnswer: <T extends keyof C>(task: T, input: Input<C, T>) => soundRun[task](input, 1),
    /** Every transition that the definition has and no run in this process took. */
    armsNotTaken: () => armsOf(definition).filter((arm) => !taken.has(arm)),
  };
}

/** As define-task does it. */
const refusalOf = (task: string) =>
  Object.assign(new Error(`input of '${task}' is not as its contract says`), { name: 'InvalidInputError' });

/** Ends as Step Functions reports it of an execution that another one awaits; what kept it from starting stays as it is. */
async function ended(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (thrown) {
    if (thrown instanceof StatesError) throw thrown;
    const { error, causeText } = toStatesError(thrown);
    throw new StatesError('States.TaskFailed', JSON.stringify({ Cause: causeText, Error: error, Status: 'FAILED' }));
  }
}

/** Throws as a Lambda does: Step Functions sees the name, and the message as JSON. */
export function fail(name: string): () => never {
  return () => {
    throw Object.assign(new Error(`'fantasy' has a reason for ${name}\nHINT: Do this.`), { name });
  };
}

/** Each transient error, with the calls that a state machine makes before it gives up. */
export const transients = {
  'Lambda.ServiceException': 5,
  'Lambda.AWSLambdaException': 5,
  'Lambda.SdkClientException': 5,
  'Lambda.TooManyRequestsException': 5,
  AwsUnavailableError: 6,
  DatabaseUnreachableError: 6,
} as const;
