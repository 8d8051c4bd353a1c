import type { Failure } from '../../contracts/common.ts';

/**
 * The sentence of a run whose clean-up failed says so, whatever else it says: a copy that nobody knows of holds real data
 * and costs money. Who reads only the mail has to read it there.
 */
export function withLeftCopy(summary: string, cleanUpFailure: Failure | null): string {
  if (cleanUpFailure === null) return summary;
  const { error, state, cause } = cleanUpFailure;
  const why = `${error} in ${state}`;
  const detail = summary.includes(why) ? '' : `: ${why}: ${cause.split('\n')[0]}`;
  return `${summary}; A COPY WAS LEFT BEHIND${detail}`;
}
