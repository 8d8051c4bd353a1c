import type { Workflow } from '../cloudformation/workflows.cjs';

type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
>;
declare function people(): Promise<{ readonly Resources: Resources }>;
declare namespace people {
  function peopleOf(workflows: readonly Workflow[]): Resources;
}
export = people;
