import type { WaitState } from '../definition.ts';
import { pause } from '../pause.ts';
import { conclude, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** The most seconds that Step Functions takes for a wait or a timeout: more than three years. */
export const longestSeconds = 99_999_999;

/** RFC 3339 as Step Functions wants it: a `T`, and a `Z` or an offset. */
const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export async function performWait(state: WaitState, visit: Visit): Promise<Step> {
  await pause(visit.run.clock, await waitMilliseconds(state, visit), visit.signal);
  return await conclude(visit, state, '', {}, visit.input, state.Next);
}

async function waitMilliseconds(state: WaitState, visit: Visit): Promise<number> {
  if (state.Timestamp === undefined) {
    return (await visit.evaluateInteger(state.Seconds, 'Seconds', 0, longestSeconds)) * 1000;
  }
  const timestamp = await visit.evaluateString(state.Timestamp, 'Timestamp');
  const end = timestampPattern.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(end)) {
    return visit.fail(
      `The field 'Timestamp' has the value '${timestamp}', which is not an RFC 3339 timestamp.`,
      'Timestamp',
    );
  }
  return end - visit.run.clock.now().getTime();
}
