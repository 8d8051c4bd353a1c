import pg from 'pg';
import { asAdministrator } from './administration.ts';
import { takeSnapshot } from './backup.ts';
import { administrator, type Settings } from './configuration.ts';
import { poll } from './poll.ts';
import type { RunningServer } from './server.ts';

/** How a standby reaches its primary; the primary keeps the log in `slot` until the standby has it. */
export type Upstream = {
  readonly socketDirectory: string;
  readonly port: number;
  readonly administratorPassword: string;
  readonly slot: string;
};

const promotionSeconds = 60;
/** True milliseconds. */
const slotTimeout = 10_000;
const streamingTimeout = 30_000;

/** A standby did not begin to follow its primary, or did not leave it. */
export class StandbyFailedError extends Error {
  override readonly name = 'StandbyFailedError';
}

export function standbySettings({ socketDirectory, port, administratorPassword, slot }: Upstream): Settings {
  const words = { host: socketDirectory, port, user: administrator, password: administratorPassword };
  const quoted = Object.entries({ ...words, application_name: slot }).map(
    ([name, value]) => `${name}='${String(value).replace(/[\\']/g, '\\$&')}'`,
  );
  return {
    primary_conninfo: quoted.join(' '),
    primary_slot_name: slot,
    // A primary of the sandbox is back sooner than one of RDS.
    wal_retrieve_retry_interval: '250ms',
  };
}

/** A server whose hot standby has less of these than the primary refuses to start. */
const demanded = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
];

/** RDS, too, lets a replica run with the primary's value when its own would be too low. */
export function standbyMinimums(own: Settings, primary: Settings): Settings {
  const raised = demanded.flatMap((name) => {
    const needed = primary[name];
    return needed === undefined || Number(own[name] ?? 0) >= Number(needed) ? [] : [[name, needed] as const];
  });
  return Object.fromEntries(raised);
}

/** Makes the slot and, behind it, the copy from which a standby starts. */
export async function copyForStandby(
  primary: RunningServer,
  directory: string,
  slot: string,
  signal: AbortSignal,
): Promise<void> {
  await asAdministrator(primary, (client) =>
    client.query('select pg_create_physical_replication_slot($1, true)', [slot]),
  );
  try {
    await takeSnapshot(primary, directory, signal);
  } catch (error) {
    await dropSlot(primary, slot);
    throw error;
  }
}

/** A standby accepts connections before it streams; what the primary writes meanwhile it would lose with the primary. */
export async function waitUntilStreaming(primary: RunningServer, slot: string): Promise<void> {
  const sql = "select from pg_stat_replication where application_name = $1 and state = 'streaming'";
  const streams = await asAdministrator(primary, (client) =>
    poll(streamingTimeout, async () => ((await client.query(sql, [slot])).rowCount === 1 ? true : undefined)),
  );
  if (streams) return;
  throw new StandbyFailedError(`standby '${slot}' does not stream after ${streamingTimeout} ms, must stream`);
}

/** Returns when the server takes writes. It never follows its primary again. */
export async function promoteServer(server: RunningServer): Promise<void> {
  const promoted = await asAdministrator(server, async (client) => {
    const { rows } = await client.query<{ done: boolean }>('select pg_promote(true, $1) as done', [promotionSeconds]);
    return rows[0]?.done === true;
  });
  if (promoted) return;
  throw new StandbyFailedError(
    `server '${server.options.clusterName}' is still a standby after ${promotionSeconds} s, must be promoted`,
  );
}

/** A slot that nobody reads would keep the primary's log for ever. */
export async function dropSlot(primary: RunningServer, slot: string): Promise<void> {
  await asAdministrator(primary, async (client) => {
    await poll(slotTimeout, async () => {
      const { rows } = await client.query<{ pid: number | null }>(
        'select active_pid as pid from pg_replication_slots where slot_name = $1',
        [slot],
      );
      const [found] = rows;
      if (found === undefined) return true;
      if (found.pid !== null) await client.query('select pg_terminate_backend($1)', [found.pid]);
      return client.query('select pg_drop_replication_slot($1)', [slot]).then(
        () => true,
        // The sender that was asked to end still has the slot.
        (error: unknown) => {
          if (error instanceof pg.DatabaseError && error.code === '55006') return undefined;
          throw error;
        },
      );
    });
  });
}
