import type { Workflow } from './workflows.cjs';

type Statement = {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
};
export function machineStatements(workflow: Workflow, workflows: readonly Workflow[]): readonly Statement[];
