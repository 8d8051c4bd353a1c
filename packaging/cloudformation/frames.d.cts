import type { TaskFunction, Workflow } from './workflows.cjs';

type Resource = {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
};
type Resources = Readonly<Record<string, Resource>>;
declare function frames(): Promise<{ readonly Resources: Resources }>;
declare namespace frames {
  function framesOf(given: {
    readonly functions: readonly TaskFunction[];
    readonly workflows: readonly Workflow[];
    readonly alarms: Readonly<Record<string, unknown>>;
  }): Resources;
}
export = frames;
