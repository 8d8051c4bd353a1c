import type { ChoiceState } from '../definition.ts';
import { StatesError } from '../states-error.ts';
import { conclude, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** The first rule that holds decides, with its own Assign and Output; the state's own belong to the Default. */
export async function performChoice(state: ChoiceState, visit: Visit): Promise<Step> {
  for (const [index, rule] of state.Choices.entries()) {
    const location = `Choices[${index}]/`;
    if (await visit.evaluateBoolean(rule.Condition, `${location}Condition`)) {
      return await conclude(visit, rule, location, {}, visit.input, rule.Next);
    }
  }
  if (state.Default === undefined) {
    const entered = visit.frame.entered?.eventId ?? 0;
    throw new StatesError(
      'States.NoChoiceMatched',
      `An error occurred while executing the state '${visit.name}' (entered at the event id #${entered}). Failed to transition out of the state because no Choice rule matched and no Default was specified.`,
    );
  }
  return await conclude(visit, state, '', {}, visit.input, state.Default);
}
