import { requirePayloadSize } from './payload-size.ts';
import type { Moment, Visit } from './visit.ts';

/** How a visit ended: what it passes on, the variables it sets, and where to (`undefined`: the walk ends here). */
export type Step = {
  readonly output: unknown;
  readonly assigned: Readonly<Record<string, unknown>> | undefined;
  readonly next: string | undefined;
};

type Produces = { readonly Assign?: unknown; readonly Output?: unknown };

/**
 * Assign and Output of a state, a choice rule or a catcher. Both are evaluated with the variables as they were on
 * entry: an Output never sees what the Assign beside it sets.
 */
export async function conclude(
  visit: Visit,
  fields: Produces,
  location: string,
  moment: Moment,
  defaultOutput: unknown,
  next: string | undefined,
): Promise<Step> {
  const assigned =
    fields.Assign === undefined
      ? undefined
      : asRecord(await visit.evaluate(fields.Assign, `${location}Assign`, moment));
  const output =
    fields.Output === undefined ? defaultOutput : await visit.evaluate(fields.Output, `${location}Output`, moment);
  requirePayloadSize(output, visit.name);
  return { output, assigned, next };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
