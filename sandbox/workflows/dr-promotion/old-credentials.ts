import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { asAdministrator } from '../../postgres/administration.ts';
import type { DrillScene } from '../drill.ts';

/** True milliseconds from the return of a frozen server until its dead-man must have looked: δ of the lease. */
const mostUntilDeadMan = 15_000;
const tries = 50;

/**
 * Writes to the old primary as the application, after its region has come back. Its server was frozen: until its dead-man looks it may
 * take rows, which are counted as stranded and are for failback to find. From then on not one may be taken.
 */
export async function oldCredentials(
  { sandbox, source, database }: DrillScene,
  old: pg.ClientConfig,
  region: string,
): Promise<{ readonly lines: readonly string[]; readonly isRefused: boolean }> {
  const count = () =>
    asAdministrator(
      sandbox.rds.inspect.server(region, source.instance),
      async (client) =>
        Number((await client.query<{ n: string }>('select count(*) as n from public.drill_write')).rows[0]?.n),
      database,
    );
  let id = 0;
  /** Why it was refused; undefined: a row was taken. */
  const write = async (): Promise<string | undefined> => {
    id -= 1;
    const client = new pg.Client({ ...old, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('insert into public.drill_write (id) values ($1)', [id]);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const began = Date.now();
  const first = await count();
  let refusal = await write();
  while (refusal === undefined && Date.now() - began < mostUntilDeadMan) {
    await delay(100);
    refusal = await write();
  }
  const after = Date.now() - began;
  const fenced = await count();
  for (let one = 0; one < tries; one += 1) {
    await write();
    await delay(100);
  }
  const written = (await count()) - fenced;
  return {
    isRefused: refusal !== undefined && written === 0,
    lines: [
      `Returned   ${region} is back: ${refusal === undefined ? 'NOBODY IS KEPT OUT' : `after ${(after / 1000).toFixed(1)} s the application is refused (${refusal})`}; ${fenced - first} rows stranded before, ${written} of ${tries} written after it`,
    ],
  };
}
