import type { TaskFunction, Workflow } from '../cloudformation/workflows.cjs';

declare function homes(given: { resolveVariable(name: string): Promise<string> }): Promise<ReadonlyMap<string, string>>;
declare namespace homes {
  function homesOf(given: {
    readonly functions: readonly Pick<TaskFunction, 'key' | 'folder'>[];
    readonly workflows: readonly Pick<Workflow, 'name' | 'id' | 'stack'>[];
    readonly alarmFiles: readonly (readonly [string, readonly string[]])[];
    readonly databaseAlarms: readonly string[];
    readonly healthAlarms: Readonly<Record<string, object>>;
    readonly muteRules?: Readonly<Record<string, object>>;
    /** Logical ids of what lives with the alarms on the health of databases. */
    readonly ofDatabases?: readonly string[];
  }): ReadonlyMap<string, string>;
}
export = homes;
