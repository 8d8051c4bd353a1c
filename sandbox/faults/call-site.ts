import type { CallContext } from '../wire/service.ts';

/** A call as faults name it. `physicalName` is the function's as deployed; of a delivery, the rule or the topic. */
export type CallSite = { readonly call: string; readonly physicalName: string | undefined; readonly region: string };

/**
 * Undefined for calls that no role makes: faults strike the system and not the operator. A function's session bears
 * the function's name; a machine's call of a function is known by the function that it invokes.
 */
export function callSite({ service, operation, caller, region }: CallContext, input: unknown): CallSite | undefined {
  if (caller.roleName === undefined) {
    return undefined;
  }
  const call = `${service}:${operation}`;
  if (call === 'lambda:Invoke') {
    const name = String((input as { FunctionName?: unknown }).FunctionName ?? '');
    return { call, physicalName: name.split(':').pop(), region };
  }
  return { call, physicalName: caller.arn.split('/').pop(), region };
}

/** `pg-gameday-dev-takeWitness` is the function whose key is `takeWitness`. */
export const keyOf = (physicalName: string) => physicalName.split('-').pop() ?? physicalName;
