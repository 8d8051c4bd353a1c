/** An error as Step Functions knows it: an error name that Retry and Catch match on, and a cause for people. */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string;
  readonly causeText: string | undefined;

  constructor(error: string, causeText?: string) {
    super(causeText === undefined ? error : `${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** Anything thrown by a scripted task becomes what a Lambda function's error becomes: its name, and JSON as the cause. */
export function toStatesError(thrown: unknown): StatesError {
  if (thrown instanceof StatesError) {
    return thrown;
  }
  if (thrown instanceof Error) {
    return new StatesError(thrown.name, JSON.stringify({ errorType: thrown.name, errorMessage: thrown.message }));
  }
  return new StatesError('Error', JSON.stringify({ errorMessage: String(thrown) }));
}

/** A task that did not beat in time: AWS reports it as a time-out, and both names take it. */
export class HeartbeatMissed extends StatesError {
  constructor() {
    super('States.Timeout');
  }
}

/** A task that failed by SendTaskFailure with or without its two texts: what was not given is null. */
export class ReportedFailure extends StatesError {
  readonly output: ErrorOutput;

  constructor(error: string | undefined, causeText: string | undefined) {
    super(error ?? '', causeText);
    this.output = { Error: error ?? null, Cause: causeText ?? null };
  }
}

/** A task whose result is larger than a state may pass on. */
export class ResultTooLarge extends StatesError {
  constructor(what: string) {
    super(
      'States.DataLimitExceeded',
      `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
}

export type ErrorOutput = { readonly Error: string | null; readonly Cause: string | null };

/** `$states.errorOutput`: what a Catcher sees, and passes on when it has no Output. No cause is an empty one. */
export function errorOutput(failure: StatesError): ErrorOutput {
  return failure instanceof ReportedFailure ? failure.output : { Error: failure.error, Cause: failure.causeText ?? '' };
}

/**
 * Whether a Retrier or Catcher takes this error. `States.Runtime` is never taken; `States.TaskFailed` stands for
 * everything except `States.Timeout`. `States.ALL` does not stand for `States.DataLimitExceeded` by the manual, and was
 * recorded to take it when a task's result is too large (March 2024): a machine must be right either way.
 */
export function errorMatches(errorEquals: readonly string[], failure: StatesError): boolean {
  const { error } = failure;
  if (error === 'States.Runtime') {
    return false;
  }
  return errorEquals.some((name) => {
    if (name === error) {
      return true;
    }
    if (error === 'States.DataLimitExceeded') {
      return name === 'States.ALL' && failure instanceof ResultTooLarge;
    }
    if (name === 'States.HeartbeatTimeout') {
      return failure instanceof HeartbeatMissed;
    }
    return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout');
  });
}
