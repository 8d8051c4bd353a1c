import type * as Sfn from '@aws-sdk/client-sfn';
import { InvalidDefinitionError } from '../../asl/check/invalid-definition.ts';
import { innerBlocks, stateEntries } from '../../asl/check/states.ts';
import type { Retrier, State, StatesBlock } from '../../asl/definition.ts';
import { Execution } from '../../asl/execution.ts';
import { loadMachine } from '../../asl/load-machine.ts';
import { errorMatches, StatesError } from '../../asl/states-error.ts';
import type { TaskRunner } from '../../asl/task-runner.ts';
import { type Clock, makeClock } from '../../clock.ts';
import { AwsError } from '../../wire/aws-error.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A state that a Wait stands for is over at once, and one that hangs is given up soon. */
const hurried = makeClock(1_000_000_000);

/** TestState of one JSONata state, with a mock in place of what it calls. */
export async function testState(input: Sfn.TestStateInput, region: string, clock: Clock): Promise<Sfn.TestStateOutput> {
  const state = readState(input);
  const { mock } = input;
  const isMockable = ['Task', 'Map', 'Parallel'].includes(String(state['Type']));
  if (mock !== undefined && !isMockable) {
    throw invalid(`State type '${String(state['Type'])}' is not supported when a mock is specified`);
  }
  if (mock !== undefined && (mock.result === undefined) === (mock.errorOutput === undefined)) {
    throw invalid('Exactly one of mock.result and mock.errorOutput must be specified');
  }
  if (mock === undefined && isMockable) {
    throw new AwsError('NotImplemented', "the sandbox tests a Task, Map or Parallel state with a 'mock' only", {
      status: 501,
    });
  }
  const { Retry = [], ...tried } = state;
  const targets = targetsOf(state);
  const execution = makeExecution({ tried, targets, input, region, clock });
  await execution.run();
  const [, nextState] = execution.path;
  const failure = failureOf(execution);
  if (failure !== undefined && isRetried(Retry as Retrier[], failure, input)) {
    return { status: 'RETRIABLE', ...reported(failure) };
  }
  if (execution.status !== 'SUCCEEDED') {
    return {
      status: 'FAILED',
      error: execution.error ?? '',
      ...(execution.cause === undefined ? {} : { cause: execution.cause }),
    };
  }
  return {
    status: failure === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR',
    output: JSON.stringify(execution.output),
    ...(nextState === undefined ? {} : { nextState }),
    ...(failure === undefined ? {} : reported(failure)),
  };
}

function makeExecution({
  tried,
  targets,
  input,
  region,
  clock,
}: {
  readonly tried: Fields;
  readonly targets: readonly string[];
  readonly input: Sfn.TestStateInput;
  readonly region: string;
  readonly clock: Clock;
}): Execution {
  const name = input.stateName ?? 'State';
  // Where the state leads to is reported, and not done.
  const ends = Object.fromEntries(
    targets.filter((target) => target !== name).map((target) => [target, { Type: 'Succeed' }]),
  );
  const machine = { QueryLanguage: 'JSONata', StartAt: name, States: { [name]: mocked(tried), ...ends } };
  const arn = (kind: string) => `arn:aws:states:${region}:123456789012:${kind}:TestState`;
  try {
    return new Execution({
      machine: loadMachine(machine),
      input: readJson(input.input ?? '{}', 'input'),
      executionArn: `${arn('execution')}:test`,
      name: 'test',
      roleArn: input.roleArn ?? '',
      stateMachineArn: arn('stateMachine'),
      stateMachineName: 'TestState',
      region,
      clock: { ...hurried, now: () => clock.now() },
      tasks: answering(input.mock),
      mapRuns: { open: () => assertNever() },
      newTaskToken: () => 'token',
      variables: Object(readJson(input.variables ?? '{}', 'variables')),
      contextFields: Object(readJson(input.context ?? '{}', 'context')),
    });
  } catch (thrown) {
    if (thrown instanceof InvalidDefinitionError) {
      throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${thrown.faults.join('; ')}'`);
    }
    throw thrown;
  }
}

function assertNever(): never {
  throw new Error('a mocked Map opens no run');
}

/** A Map or Parallel state with a mock is what is around its result: a task with the same ends. */
function mocked(state: Fields): Fields {
  if (state['Type'] !== 'Map' && state['Type'] !== 'Parallel') {
    return state;
  }
  const { Assign, Output, Next, End, Catch, QueryLanguage } = state;
  const kept = Object.entries({ Assign, Output, Next, End, Catch, QueryLanguage }).filter(
    ([, value]) => value !== undefined,
  );
  return { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', ...Object.fromEntries(kept) };
}

function answering(mock: Sfn.MockInput | undefined): TaskRunner {
  return async () => {
    if (mock?.errorOutput !== undefined) {
      throw new StatesError(mock.errorOutput.error ?? '', mock.errorOutput.cause);
    }
    return readJson(mock?.result ?? 'null', 'mock.result');
  };
}

/** The failure that the state met, whether a catcher took it or not. */
function failureOf(execution: Execution): StatesError | undefined {
  for (const event of execution.events.toReversed()) {
    const details =
      event.taskFailedEventDetails ?? event.taskTimedOutEventDetails ?? event.evaluationFailedEventDetails;
    if (details !== undefined) return new StatesError(details.error ?? '', details.cause);
  }
  return undefined;
}

const reported = ({ error, causeText }: StatesError) => ({
  error,
  ...(causeText === undefined ? {} : { cause: causeText }),
});

function isRetried(
  retriers: readonly Retrier[],
  failure: StatesError,
  { stateConfiguration }: Sfn.TestStateInput,
): boolean {
  const retrier = retriers.find(({ ErrorEquals }) => errorMatches(ErrorEquals, failure));
  return retrier !== undefined && (stateConfiguration?.retrierRetryCount ?? 0) < (retrier.MaxAttempts ?? 3);
}

/** The definition is a state, or a machine of which `stateName` names one at any depth. */
function readState({ definition = '', stateName }: Sfn.TestStateInput): Fields {
  const read: unknown = readJson(definition, 'definition');
  const whole: Fields = Object(read);
  if (whole['States'] === undefined) {
    if (whole['QueryLanguage'] === undefined) throw invalid('the sandbox tests states with "QueryLanguage": "JSONata"');
    return whole;
  }
  const found = find(whole as unknown as StatesBlock, stateName ?? '');
  if (found === undefined) {
    throw invalid(`State '${String(stateName)}' does not exist in the definition`);
  }
  return { ...found };
}

function find(block: StatesBlock, name: string): State | undefined {
  for (const [key, state] of stateEntries(block)) {
    if (key === name) return state;
    for (const [, inner] of innerBlocks(state)) {
      const found = find(inner, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function targetsOf(state: Fields): string[] {
  const lists = [state['Choices'], state['Catch']].flatMap((list) => (Array.isArray(list) ? list : []));
  return [state['Next'], state['Default'], ...lists.map((rule) => Object(rule).Next)].filter(
    (name) => typeof name === 'string',
  );
}

function readJson(text: string, member: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`Invalid JSON in '${member}'`);
  }
}

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
