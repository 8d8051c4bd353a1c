import type { RunFacts } from './run-facts.ts';

/** The record that an execution has left among its evidence; undefined: it has left none. */
export function recordIn<T>(
  { evidence }: Pick<RunFacts, 'evidence'>,
  execution: string | undefined,
  parse: (value: unknown) => T,
): T | undefined {
  for (const [key, text] of evidence)
    if (key.endsWith(`/${execution}/record.json`) && text !== '') return parse(JSON.parse(text));
  return undefined;
}
