import {
  type SFNClient,
  TestStateCommand,
  type TestStateCommandOutput,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { readMachines, type TriedMachine, type TriedState } from './machines.ts';
import { sampleFor } from './sample.ts';

/** One thing that was tried: whether it is as this system assumes, and what was seen. */
export type Trial = { readonly what: string; readonly isSound: boolean; readonly seen: string };

/** Asks Step Functions about every machine and every state of it; nothing is created, and no role is needed. */
export async function* tryMachines(client: SFNClient): AsyncIterable<Trial> {
  for (const machine of readMachines()) {
    const { result, diagnostics = [] } = await client.send(
      new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(machine.definition), severity: 'ERROR' }),
    );
    const seen = [String(result), ...diagnostics.map(({ code, message }) => `${code}: ${message}`)].join('; ');
    yield { what: `machine ${machine.workflow}`, isSound: result === 'OK', seen };
    for (const state of machine.states) yield* tryState(client, machine, state);
  }
}

const isMocked = ({ type }: TriedState) => ['Task', 'Map', 'Parallel'].includes(type);

async function* tryState(client: SFNClient, machine: TriedMachine, state: TriedState): AsyncIterable<Trial> {
  const what = `state ${machine.workflow}/${state.name}`;
  const { input, result, variables } = sampleFor(state.state);
  const ask = async (
    mock: object | undefined,
  ): Promise<Pick<TestStateCommandOutput, 'status' | 'error' | 'cause' | 'nextState'>> => {
    try {
      return await client.send(
        new TestStateCommand({
          definition: JSON.stringify({ QueryLanguage: 'JSONata', ...state.state }),
          input: JSON.stringify(input),
          variables: JSON.stringify(variables),
          ...(mock === undefined ? {} : { mock }),
        }),
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { status: undefined, error: error.name, cause: error.message };
    }
  };
  // The form of a result that a real service gives is not what is tried here.
  const mock = { result: JSON.stringify(result), fieldValidationMode: 'NONE' };
  const answer = await ask(isMocked(state) ? mock : undefined);
  const expected = state.type === 'Fail' ? 'FAILED' : 'SUCCEEDED';
  // An expression may refuse the sample's meaning; it must not be refused as an expression.
  const isEvaluated =
    answer.status === expected || (answer.error === 'States.QueryEvaluationError' && isOfMeaning(answer.cause));
  yield { what, isSound: isEvaluated, seen: shown(answer) };
  if (isMocked(state) && Array.isArray(state.state['Catch'])) {
    const errorOutput = { error: 'States.Timeout', cause: '' };
    const caught = await ask({ errorOutput, fieldValidationMode: 'NONE' });
    const isTaken = caught.status === 'CAUGHT_ERROR' || caught.status === 'RETRIABLE';
    yield { what: `${what} after a time-out`, isSound: isTaken, seen: shown(caught) };
  }
}

/** JSONata's errors about types of values; D-codes are those of functions given a value that they cannot take. */
const isOfMeaning = (cause = '') => /\b(T04\d\d|T2\d{3}|D\d{4})\b|unexpected result type|returned nothing/.test(cause);

const shown = ({
  status,
  error,
  cause,
  nextState,
}: Pick<TestStateCommandOutput, 'status' | 'error' | 'cause' | 'nextState'>) =>
  [status ?? 'refused', nextState && `→ ${nextState}`, error, cause?.slice(-160)].filter(Boolean).join(' ');
