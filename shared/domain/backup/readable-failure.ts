import type { Failure } from '../../contracts/common.ts';

/**
 * Step Functions reports a function's error as JSON with its stack, and a failed execution as JSON with its own error and
 * cause, which may be such a function's; a person needs the message.
 */
export function readableFailure(failure: Failure | null): Failure | null {
  if (failure === null) return null;
  try {
    const {
      errorMessage,
      Status,
      Error: error,
      Cause,
    } = JSON.parse(failure.cause) as Readonly<Record<string, unknown>>;
    if (typeof errorMessage === 'string') return { ...failure, cause: errorMessage };
    if (typeof Status !== 'string') return failure;
    const cause = typeof Cause === 'string' && Cause !== '' ? Cause : `the execution ended as ${Status}`;
    return readableFailure({ ...failure, error: typeof error === 'string' ? error : failure.error, cause });
  } catch {
    return failure;
  }
}
