import type { FailState } from '../definition.ts';
import { StatesError } from '../states-error.ts';
import type { Visit } from '../visit.ts';

export async function performFail(state: FailState, visit: Visit): Promise<never> {
  const error = state.Error === undefined ? '' : await visit.evaluateString(state.Error, 'Error');
  const cause = state.Cause === undefined ? undefined : await visit.evaluateString(state.Cause, 'Cause');
  throw new StatesError(error, cause);
}
