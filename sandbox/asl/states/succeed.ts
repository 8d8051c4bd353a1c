import type { SucceedState } from '../definition.ts';
import { conclude, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

export async function performSucceed(state: SucceedState, visit: Visit): Promise<Step> {
  return await conclude(visit, state, '', {}, visit.input, undefined);
}
