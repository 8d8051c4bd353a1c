import { awsCallDeadline } from '../deadlines.ts';
import { AccessDeniedError, AwsUnavailableError, coerceError } from '../errors.ts';

/**
 * Makes one AWS call with a deadline, which ends with the answer's headers: whoever reads a body lazily may take any
 * time (`object-body.ts` bounds the sender). Errors that mean something to the caller keep their AWS name; "not allowed" and
 * "not now" become ours, so that a state machine can distinguish them.
 */
export async function callAws<T>(
  what: string,
  send: (options: { abortSignal: AbortSignal }) => Promise<T>,
  deadline = awsCallDeadline,
): Promise<T> {
  const abort = new AbortController();
  const abortSignal = abort.signal;
  const timer = setTimeout(
    () => abort.abort(new DOMException(`no answer within ${deadline} ms`, 'TimeoutError')),
    deadline,
  );
  try {
    return await send({ abortSignal });
  } catch (thrown) {
    const cause = coerceError(thrown);
    const { name } = cause;
    const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
    if (
      /AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|InvalidClientTokenId|ExpiredToken|UnrecognizedClient/.test(
        name,
      ) ||
      // The answer to HEAD has no body and so no name: S3's refusal is known by its status alone.
      (status === 403 && /^(Unknown|Forbidden|403)/.test(name))
    ) {
      throw new AccessDeniedError(`role may not ${what}`, {
        hints: ["Compare the task's statements in resources/roles/ with the message of the cause."],
        cause,
      });
    }
    const isTransient =
      abortSignal.aborted ||
      /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|ServiceUnavailable|InternalFailure|InternalError|TimeoutError|AbortError/.test(
        name,
      ) ||
      '$metadata' in cause === false ||
      status >= 500;
    if (isTransient) throw new AwsUnavailableError(`cannot ${what} at present`, { cause });
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

export const isAwsError = (thrown: unknown, ...names: string[]): boolean => names.includes(coerceError(thrown).name);

/** For `catch`: an error by one of these names means that there is no such thing, which is an answer. */
export const undefinedWhen =
  (...names: string[]) =>
  (error: unknown): undefined => {
    if (isAwsError(error, ...names)) return undefined;
    throw error;
  };
