import type { TaskOptions } from '../../../asl/task-runner.ts';
import type { Caller, Dispatch } from '../../../wire/service.ts';
import type { TaskTokens } from '../task-tokens.ts';

/** What the integrations of one execution work with. */
export type IntegrationContext = {
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly machineArn: string;
  readonly tokens: TaskTokens;
  /** The machine's role: every call of a task is made, and authorised, as this caller. */
  readonly caller: () => Caller;
  readonly waitForEnd: (executionArn: string) => Promise<void>;
};

export type Arguments = Readonly<Record<string, unknown>>;

/** Does the request of a task and answers its result. `pattern` is what follows the action: `''`, `.sync`, `.sync:2`. */
export type Integration = (
  context: IntegrationContext,
  taskArguments: Arguments,
  options: TaskOptions,
  pattern: string,
) => Promise<unknown>;
