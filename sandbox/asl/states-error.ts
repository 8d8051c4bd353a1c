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

/** `$states.errorOutput`: what a Catcher sees, and passes on when it has no Output. */
export function errorOutput(failure: StatesError): { Error: string; Cause?: string } {
  return { Error: failure.error, ...(failure.causeText === undefined ? {} : { Cause: failure.causeText }) };
}

/**
 * Whether a Retrier or Catcher takes this error. `States.Runtime` is never taken; `States.DataLimitExceeded` only by
 * its own name; `States.TaskFailed` stands for everything except `States.Timeout`; a missed heartbeat is a timeout too.
 */
export function errorMatches(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') {
    return false;
  }
  return errorEquals.some((name) => {
    if (name === error) {
      return true;
    }
    if (error === 'States.DataLimitExceeded') {
      return false;
    }
    if (name === 'States.Timeout') {
      return error === 'States.HeartbeatTimeout';
    }
    return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout');
  });
}
