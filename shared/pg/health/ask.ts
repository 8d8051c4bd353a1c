import type pg from 'pg';
import type { GapReason, HealthGap } from '../../contracts/collect-health.ts';
import { coerceError, DatabaseUnreachableError } from '../../errors.ts';
import { type HealthQuery, variantFor } from './health-query.ts';

/** One pass over one server: until when it may ask, and what it could not have. */
export type HealthPass = {
  readonly client: pg.Client;
  readonly version: number;
  /** Milliseconds that are left of it. */
  remaining(): number;
  readonly gaps: HealthGap[];
};

/** By SQLSTATE. 55P03 lock_not_available and 57014 query_canceled are deadlines, of a lock and of a statement. */
const reasons: Readonly<Record<string, GapReason>> = {
  '42501': 'privilege',
  '42P01': 'not there',
  '42883': 'not there',
  '42703': 'not there',
  '3F000': 'not there',
  '55P03': 'out of time',
  '57014': 'out of time',
};

/** The rows of a query, or undefined and a named gap. A session that has ended is an error: nothing more can be asked. */
export async function ask<Row extends pg.QueryResultRow>(
  pass: HealthPass,
  query: HealthQuery,
): Promise<Row[] | undefined> {
  const sql = variantFor(query, pass.version);
  if (sql === undefined) {
    pass.gaps.push({ measure: query.id, reason: 'not there', detail: `no query for version ${pass.version}` });
    return undefined;
  }
  return await orGap(pass, query.id, async () => (await pass.client.query<Row>(sql)).rows);
}

export async function orGap<T>(pass: HealthPass, measure: string, work: () => Promise<T>): Promise<T | undefined> {
  if (pass.remaining() <= 0) {
    pass.gaps.push({ measure, reason: 'out of time', detail: 'the pass was over before it was asked' });
    return undefined;
  }
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DatabaseUnreachableError) throw thrown;
    pass.gaps.push({ measure, ...gapOf(thrown) });
    return undefined;
  }
}

function gapOf(thrown: unknown): Pick<HealthGap, 'reason' | 'detail'> {
  const error = coerceError(thrown);
  const detail = error.message.slice(0, 300);
  if (error.name === 'ForeignObjectError') return { reason: 'foreign object', detail };
  const { code } = error as { code?: string };
  return { reason: reasons[code ?? ''] ?? 'failed', detail };
}
