import type pg from 'pg';
import type * as z from 'zod/mini';
import type { PutUpFence } from '../contracts/dr-promotion/fence.ts';
import { fenceFaults, putUpFence, readLease, refuseLeaks } from '../pg/fence/fence-session.ts';
import { readWalEnd } from '../pg/replication/replay.ts';

/**
 * Keeps the applications out of an instance, ends their sessions, and reports where its log ended then. `begun` is called when
 * nothing more speaks against it: from there on some of it may be up.
 */
export async function fenceInstance(
  client: pg.ClientBase,
  instanceId: string,
  begun: () => void = () => undefined,
): Promise<z.infer<typeof PutUpFence>> {
  refuseLeaks(await fenceFaults(client), instanceId);
  const { epoch } = await readLease(client);
  begun();
  const { roles, ended } = await putUpFence(client, { epoch, byPerson: true });
  const { lsn, at } = await readWalEnd(client);
  return { kind: 'fenced', epoch, roles: [...roles], endedSessions: ended, lsn, at };
}
