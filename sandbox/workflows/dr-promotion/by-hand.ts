import { setTimeout as delay } from 'node:timers/promises';
import { asAdministrator } from '../../postgres/administration.ts';
import type { DrillScene } from '../drill.ts';

/** Milliseconds within which a promotion by hand ends. */
const patience = 120_000;

/** Milliseconds that a person's own call of RDS takes on the same machine, until the instance can be written to. */
export async function promoteByHand({ sandbox, database }: DrillScene, region: string, id: string): Promise<number> {
  const began = Date.now();
  await sandbox.dispatch(
    'rds',
    'PromoteReadReplica',
    { DBInstanceIdentifier: id },
    { region, caller: sandbox.credentials.operator.caller },
  );
  while (Date.now() - began < patience) {
    const isWritable = await asAdministrator(
      sandbox.rds.inspect.server(region, id),
      async (client) => (await client.query('select pg_is_in_recovery() as replica')).rows[0]?.replica === false,
      database,
    ).catch(() => false);
    if (isWritable) return Date.now() - began;
    await delay(50);
  }
  throw new Error(`'${id}' cannot be written to ${patience / 1000} s after its promotion by hand`);
}
