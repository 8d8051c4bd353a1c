import type { Failure } from '../../contracts/common.ts';

/** Step Functions reports a function's error as JSON with its stack; a person needs its message. */
export function readableFailure(failure: Failure | null): Failure | null {
  if (failure === null) return null;
  try {
    const { errorMessage } = JSON.parse(failure.cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? { ...failure, cause: errorMessage } : failure;
  } catch {
    return failure;
  }
}
