export type TaskOptions = {
  /** Aborted when the task times out, the execution stops or a sibling branch fails. */
  readonly signal: AbortSignal;
  /** Given to `.waitForTaskToken` resources only; the same text is `$states.context.Task.Token`. */
  readonly taskToken: string | undefined;
  readonly stateName: string;
  readonly executionArn: string;
  /** Starts the state's HeartbeatSeconds anew. */
  readonly heartbeat: () => void;
  /** Says that the request of a `.sync` or `.waitForTaskToken` task is accepted and its end is awaited (TaskSubmitted). */
  readonly submitted: (output: unknown) => void;
};

/** Does a Task's work. Its error is a `StatesError`, or any error, whose name becomes the error name. */
export type TaskRunner = (resource: string, taskArguments: unknown, options: TaskOptions) => Promise<unknown>;
