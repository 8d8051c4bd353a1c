import type pg from 'pg';
import { refuseForeignObjects } from '../bootstrap/foreign-objects.ts';

/** Of the permanent heartbeat; that of a backup is another row. */
const name = 'health';

const beatSql = `/* pg-gameday:health-beat */
insert into gameday.heartbeat as h (name, beat, at, lsn, xid)
values ($1::pg_catalog.text, 1, pg_catalog.clock_timestamp(), pg_catalog.pg_current_wal_insert_lsn(), pg_catalog.pg_current_xact_id())
on conflict (name) do update set beat = h.beat + 1, at = excluded.at, lsn = excluded.lsn, xid = excluded.xid
returning beat::pg_catalog.float8 as beat`;

const seenSql = `/* pg-gameday:health-beat */
select h.beat::pg_catalog.float8 as beat from gameday.heartbeat h where h.name = $1::pg_catalog.text`;

/** Writes a beat, unless something in schema gameday would run or take what is not ours. */
export async function writeHealthBeat(client: pg.Client, user: string): Promise<number> {
  await refuseForeignObjects(client, user);
  const { rows } = await client.query<{ beat: number }>(beatSql, [name]);
  return rows[0]?.beat ?? 0;
}

/** The newest beat that a replica has; undefined while it has none. */
export async function readHealthBeat(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ beat: number }>(seenSql, [name]);
  return rows[0]?.beat;
}
