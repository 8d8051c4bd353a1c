import type pg from 'pg';

/** By which the time of a drill is held against those before it. */
export async function readDatabaseBytes(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    '/* pg-gameday:bytes */ select pg_database_size(current_database())::float8 as bytes',
  );
  return rows[0]?.bytes ?? 0;
}
