import type pg from 'pg';
import { poll } from '../postgres/poll.ts';

/** Until something is so. Throws when it is not after a minute. */
export async function awaited(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const came = await poll(60_000, async () => ((await isSo()) ? true : undefined));
  if (came === undefined) throw new Error(`${what}: not after 60 s`);
}

/** Until a query answers a row. */
export const seen = (client: pg.Client, sql: string): Promise<void> =>
  awaited(sql, async () => (await client.query(sql)).rows.length > 0);
