import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { asAdministrator } from '../../postgres/administration.ts';
import type { DrillScene } from '../drill.ts';

/** True milliseconds: longer than the period of the dead-man, which looks at once when its server goes on. */
const settles = 500;
const tries = 50;

/** Tries to write to the old primary as the application, after its region has come back: not one row may be taken. */
export async function oldCredentials(
  { sandbox, source, database }: DrillScene,
  old: pg.ClientConfig,
  region: string,
): Promise<{ readonly lines: readonly string[]; readonly written: number }> {
  await delay(settles);
  const count = () =>
    asAdministrator(
      sandbox.rds.inspect.server(region, source.instance),
      async (client) =>
        Number((await client.query<{ n: string }>('select count(*) as n from public.drill_write')).rows[0]?.n),
      database,
    );
  const before = await count();
  let acknowledged = 0;
  let refusal = '';
  for (let one = 0; one < tries; one += 1) {
    const client = new pg.Client({ ...old, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('insert into public.drill_write (id) values ($1)', [-1 - one]);
      acknowledged += 1;
    } catch (error) {
      refusal = (error as Error).message;
    }
    await client.end().catch(() => undefined);
    await delay(100);
  }
  const written = (await count()) - before;
  return {
    written: Math.max(written, acknowledged),
    lines: [
      `Returned   ${region} is back: ${tries} logins of the application with its old password wrote ${Math.max(written, acknowledged)} rows (${refusal || 'NONE WAS REFUSED'})`,
    ],
  };
}
