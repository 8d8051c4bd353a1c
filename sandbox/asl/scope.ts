import { StatesError } from './states-error.ts';

/** Workflow variables: an inner scope (a branch, an iteration) reads the outer ones and writes only its own. */
export type Scope = { readonly own: Record<string, unknown>; readonly outer?: Scope };

const largestVariables = 10 * 1024 * 1024;

export function visibleVariables(scope: Scope): Record<string, unknown> {
  return scope.outer === undefined ? { ...scope.own } : { ...visibleVariables(scope.outer), ...scope.own };
}

export function assignVariables(scope: Scope, values: Readonly<Record<string, unknown>>): void {
  const outer = scope.outer === undefined ? {} : visibleVariables(scope.outer);
  for (const [name, value] of Object.entries(values)) {
    if (Object.hasOwn(outer, name)) {
      throw new StatesError('States.Runtime', `The variable '${name}' is assigned in an outer scope.`);
    }
    scope.own[name] = value;
  }
  if (Buffer.byteLength(JSON.stringify(scope.own)) > largestVariables) {
    throw new StatesError('States.Runtime', 'The variables of the execution exceed the maximum size of 10 MiB.');
  }
}
