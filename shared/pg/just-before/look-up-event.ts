import type pg from 'pg';
import { type MarkerFacts, type TransactionFacts, wholeIds } from '../../domain/restore/just-before.ts';
import { coerceError } from '../../errors.ts';
import { refuseForeignObjects } from '../bootstrap/foreign-objects.ts';

const utc = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Undefined of a transaction that the source cannot have had. Takes no transaction id of its own. */
export async function lookUpTransaction(client: pg.Client, id: string): Promise<TransactionFacts | undefined> {
  const { rows } = await client.query<{ end: string; isTracked: boolean }>(
    `/* pg-gameday:just-before */
select pg_snapshot_xmax(pg_current_snapshot())::text as end, current_setting('track_commit_timestamp') = 'on' as "isTracked"`,
  );
  const [server] = rows;
  if (server === undefined) throw new Error('a query of settings returned no row');
  for (const whole of wholeIds(id, BigInt(server.end))) {
    const facts = await factsOf(client, whole, server.isTracked);
    if (facts !== undefined) return facts;
  }
  return undefined;
}

async function factsOf(client: pg.Client, whole: bigint, isTracked: boolean): Promise<TransactionFacts | undefined> {
  // The function fails where commits are not tracked: it is then not called.
  const committedAt = isTracked ? utc('pg_xact_commit_timestamp($2::text::xid)') : 'null::text';
  try {
    const { rows } = await client.query<Omit<TransactionFacts, 'isTracked'>>(
      `/* pg-gameday:just-before */ select pg_xact_status($1::text::xid8) as status, ${committedAt} as "committedAt"`,
      isTracked ? [String(whole), String(whole % 2n ** 32n)] : [String(whole)],
    );
    const [facts] = rows;
    return facts === undefined ? undefined : { ...facts, isTracked };
  } catch (thrown) {
    // pg_xact_status: "transaction ID … is in the future".
    if ((coerceError(thrown) as { code?: string }).code === '22023') return undefined;
    throw thrown;
  }
}

/** Of the markers of that name, newest first. A stranger's view by the name of the table would run as us, and is refused. */
export async function lookUpMarker(client: pg.Client, name: string, role: string): Promise<MarkerFacts> {
  await refuseForeignObjects(client, role);
  const { rows: tables } = await client.query(
    `/* pg-gameday:just-before */
select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'gameday' and c.relname = 'marker' and c.relkind = 'r'`,
  );
  if (tables.length === 0) return null;
  const { rows } = await client.query<{ at: string }>(
    `/* pg-gameday:just-before */ select ${utc('at')} as at from only gameday.marker where name = $1::text order by number desc limit 100`,
    [name],
  );
  return rows;
}
