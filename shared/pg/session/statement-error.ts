import type pg from 'pg';
import { coerceError, DatabaseUnreachableError, OperationError, StatementFailedError } from '../../errors.ts';

/** SQLSTATEs of a session that the server has ended; of a connection that broke there is a message only. */
const endings = /^(57P0[123]|08...)$/;
const breaks = /Connection terminated|not queryable|ECONNRESET|EPIPE|ETIMEDOUT/;

/** Makes every query of a session throw an error that Step Functions can match by name; a SQLSTATE stays its `code`. */
export function nameErrors(client: pg.Client, place: string): pg.Client {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const named = (...args: unknown[]) => {
    const answer = query(...args);
    return answer instanceof Promise
      ? answer.catch((thrown: unknown) => {
          throw statementError(place, thrown);
        })
      : answer;
  };
  return Object.assign(client, { query: named as typeof client.query });
}

export function statementError(place: string, thrown: unknown): OperationError {
  const cause = coerceError(thrown);
  if (cause instanceof OperationError) return cause;
  const { code } = cause as { code?: string };
  if (endings.test(code ?? '') || breaks.test(`${code} ${cause.message}`)) {
    return new DatabaseUnreachableError(`${place} ended the session while a statement ran`, {
      hints: ['Did the instance restart, fail over or run out of memory at that time? Its events and its log say so.'],
      cause,
    });
  }
  return new StatementFailedError(cause.message, code === undefined ? {} : { code });
}
