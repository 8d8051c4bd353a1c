import type { Intercept } from '../wire/dispatch.ts';

/** A call that changes something, with every whole value of its input. */
export type ChangingCall = {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly caller: string;
  readonly values: readonly string[];
};

/** Operations that change nothing. What is not known to read counts as a change. */
const reads = /^(Batch)?(Get|List|Describe|Head|Lookup|Select|Filter|Test|Validate|Search)/;
/** What they are called for is done by the calls of the functions, machines and topics themselves. */
const carriers = ['lambda', 'states', 'sns', 'logs', 'monitoring', 'events'];

/** Writes down every call that changes something, beside whatever else stands between. */
export function makeCallLog(inner?: Intercept) {
  const calls: ChangingCall[] = [];
  const intercept: Intercept = (context, input, next) => {
    const { service, operation, region, caller } = context;
    if (!reads.test(operation) && !carriers.includes(service))
      calls.push({ service, operation, region, caller: caller.roleName ?? caller.arn, values: valuesOf(input) });
    return inner === undefined ? next() : inner(context, input, next);
  };
  return {
    intercept,
    calls: calls as readonly ChangingCall[],
    restart: () => {
      calls.length = 0;
    },
  };
}
export type CallLogOfDrill = ReturnType<typeof makeCallLog>;

/** Changing calls one of whose values is a name, or an ARN that ends with it. */
export const callsNaming = (calls: readonly ChangingCall[], names: readonly string[]): readonly ChangingCall[] =>
  calls.filter(({ values }) =>
    values.some((value) => names.some((name) => value === name || value.endsWith(`:${name}`) || value === `${name}.`)),
  );

function valuesOf(input: unknown): string[] {
  if (typeof input === 'string') return [input];
  if (Array.isArray(input)) return input.flatMap(valuesOf);
  if (input === null || typeof input !== 'object' || ArrayBuffer.isView(input)) return [];
  const isStream = typeof (input as { pipe?: unknown }).pipe === 'function';
  return isStream ? [] : Object.values(input).flatMap(valuesOf);
}
