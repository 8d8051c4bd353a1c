import type { Workflow } from './workflows.cjs';

type ServerlessMachine = {
  readonly id: string;
  readonly name: string;
  readonly role: unknown;
  readonly definition: string;
};
declare function stateMachines(): Promise<Readonly<Record<string, ServerlessMachine>>>;
declare namespace stateMachines {
  function machinesOf(workflows: readonly Workflow[]): Readonly<Record<string, ServerlessMachine>>;
}
export = stateMachines;
