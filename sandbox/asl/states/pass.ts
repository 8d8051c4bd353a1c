import type { PassState } from '../definition.ts';
import { conclude, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

export async function performPass(state: PassState, visit: Visit): Promise<Step> {
  return await conclude(visit, state, '', {}, visit.input, state.Next);
}
