type Tree = Readonly<Record<string, unknown>>;
export type Workflow = {
  readonly name: string;
  /** Logical id of its machine. */
  readonly id: string;
  readonly file: string;
  /** The nested stack that it lives in. */
  readonly stack: string;
  readonly schedule?: { readonly expression: string; readonly description: string };
  readonly event?: { readonly pattern: Tree; readonly description: string };
  readonly regions?: 'first' | 'each';
  readonly failedAlarm?: {
    readonly severity: 'P1' | 'P2' | 'P3' | 'P4';
    readonly description: string;
    readonly byTopic?: boolean;
    readonly period?: number;
    readonly evaluationPeriods?: number;
    readonly datapointsToAlarm?: number;
  };
  readonly timedOutAlarm?: { readonly severity: 'P1' | 'P2' | 'P3' | 'P4'; readonly description: string };
  readonly statements?: readonly Tree[];
  readonly definition: Tree;
};
export type TaskFunction = {
  readonly key: string;
  readonly folder: string;
  readonly timeout: number;
  readonly memorySize: number;
  readonly vpc?: true;
  readonly environment?: Tree | string;
  readonly statements: readonly Tree[];
};

/** `from`: a directory with workflows.yml, statemachines, functions and resources; this repository when absent. */
/** The definition with its retry policies written out. */
export function readMachine(workflow: string, from?: string): Tree;
export function readWorkflows(from?: string): readonly Workflow[];
export function readFunctions(from?: string): readonly TaskFunction[];
export function readAlarms(from?: string): Readonly<Record<string, Tree>>;
export function readAlarmFiles(from?: string): readonly (readonly [string, readonly string[]])[];
export function camel(name: string): string;
export function pascal(name: string): string;
export function kebab(key: string): string;
