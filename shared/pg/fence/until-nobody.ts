import type pg from 'pg';
import { OperationError } from '../../errors.ts';

/** Sessions of the roles that are kept out come back as fast as they are ended. */
export class FenceLeaksError extends OperationError {
  override readonly name = 'FenceLeaksError';
}

const looks = 50;
const pauseMilliseconds = 100;

/**
 * Ends sessions of roles without LOGIN until none is left; `end` says how many it has found. A login that was under way when LOGIN was
 * taken shows a little later: only two empty looks in a row are an end. Answers what each look has found, which counts a session
 * twice that takes its time to end. Throws FenceLeaksError after five seconds.
 */
export async function untilNobody(
  client: Pick<pg.ClientBase, 'query'>,
  end: () => Promise<number>,
): Promise<readonly number[]> {
  const found: number[] = [];
  while (found.length < looks) {
    found.push(await end());
    if (found.length > 1 && found.slice(-2).every((one) => one === 0)) return found;
    await client.query('select pg_sleep($1)', [pauseMilliseconds / 1000]);
  }
  throw new FenceLeaksError(`sessions of fenced roles are still there after ${looks} rounds, none is required`, {
    hints: ['Can a role log in in spite of NOLOGIN? pg_stat_activity says whose sessions they are.'],
  });
}
