/** The parts of Amazon States Language that the interpreter reads. `unknown` marks a field that may hold an expression. */

export type Retrier = {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
};

export type Catcher = {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: unknown;
  readonly Output?: unknown;
};

type Common = { readonly Comment?: string; readonly QueryLanguage?: string };
type Produces = { readonly Assign?: unknown; readonly Output?: unknown };
type Transition = { readonly Next?: string; readonly End?: boolean };
type ErrorHandling = { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] };

export type PassState = Common & Produces & Transition & { readonly Type: 'Pass' };

export type WaitState = Common &
  Produces &
  Transition & { readonly Type: 'Wait'; readonly Seconds?: unknown; readonly Timestamp?: unknown };

export type SucceedState = Common & { readonly Type: 'Succeed'; readonly Output?: unknown };

export type FailState = Common & { readonly Type: 'Fail'; readonly Error?: unknown; readonly Cause?: unknown };

export type ChoiceRule = Produces & { readonly Condition: unknown; readonly Next: string };

export type ChoiceState = Common &
  Produces & { readonly Type: 'Choice'; readonly Choices: readonly ChoiceRule[]; readonly Default?: string };

export type TaskState = Common &
  Produces &
  Transition &
  ErrorHandling & {
    readonly Type: 'Task';
    readonly Resource: string;
    readonly Arguments?: unknown;
    readonly TimeoutSeconds?: unknown;
    readonly HeartbeatSeconds?: unknown;
  };

export type ParallelState = Common &
  Produces &
  Transition &
  ErrorHandling & {
    readonly Type: 'Parallel';
    readonly Arguments?: unknown;
    readonly Branches: readonly StatesBlock[];
  };

export type ItemProcessor = StatesBlock & {
  readonly ProcessorConfig?: { readonly Mode?: 'INLINE' | 'DISTRIBUTED'; readonly ExecutionType?: string };
};

export type MapState = Common &
  Produces &
  Transition &
  ErrorHandling & {
    readonly Type: 'Map';
    readonly ItemProcessor: ItemProcessor;
    readonly Items?: unknown;
    readonly ItemReader?: { readonly Resource: string; readonly Arguments?: unknown; readonly ReaderConfig?: unknown };
    readonly ItemSelector?: unknown;
    readonly ItemBatcher?: unknown;
    readonly ResultWriter?: { readonly Resource?: string; readonly Arguments?: unknown };
    readonly MaxConcurrency?: unknown;
    readonly ToleratedFailureCount?: unknown;
    readonly ToleratedFailurePercentage?: unknown;
    readonly Label?: string;
  };

export type State =
  | PassState
  | WaitState
  | SucceedState
  | FailState
  | ChoiceState
  | TaskState
  | ParallelState
  | MapState;

/** A branch, an item processor or a whole machine: a start and its states. */
export type StatesBlock = { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };

export type Machine = StatesBlock & {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
  readonly TimeoutSeconds?: number;
  readonly Version?: string;
};
