import type pg from 'pg';
import { OperationError } from '../../errors.ts';
import { untilNobody } from './until-nobody.ts';

/** Of `gameday.read_lease()`. Times are milliseconds since 1970 by the clock of the database. */
export type LeaseState = {
  readonly now: number;
  readonly epoch: number;
  readonly validUntil: number;
  readonly fencedEpoch: number;
  readonly mode: 'off' | 'observe' | 'enforce';
  readonly byPerson: boolean;
  readonly accepts: boolean;
  /** Roles that are kept out. */
  readonly fenced: readonly string[];
  readonly deadManAt: number;
};

export type FenceFault = { readonly role: string; readonly problem: string };

/** Roles cannot be kept out: what is fenced then is not all that writes. */
export class RoleNotFenceableError extends OperationError {
  override readonly name = 'RoleNotFenceableError';
}

const marked = '/* pg-gameday:fence */';

export async function readLease(client: pg.ClientBase): Promise<LeaseState> {
  const { rows } = await client.query<Record<string, unknown>>(
    `${marked} select (extract(epoch from now) * 1000)::float8 as now, epoch::float8, fenced_epoch::float8, mode, by_person, accepts,
       fenced::text[], (extract(epoch from greatest(valid_until, '1970-01-01')) * 1000)::float8 as valid_until,
       (extract(epoch from greatest(dead_man_at, '1970-01-01')) * 1000)::float8 as dead_man_at
  from gameday.read_lease()`,
  );
  const row = rows[0] as {
    now: number;
    epoch: number;
    fenced_epoch: number;
    mode: LeaseState['mode'];
    by_person: boolean;
    accepts: boolean;
    fenced: string[];
    valid_until: number;
    dead_man_at: number;
  };
  return {
    now: row.now,
    epoch: row.epoch,
    validUntil: row.valid_until,
    fencedEpoch: row.fenced_epoch,
    mode: row.mode,
    byPerson: row.by_person,
    accepts: row.accepts,
    fenced: row.fenced,
    deadManAt: row.dead_man_at,
  };
}

export async function fenceFaults(client: pg.ClientBase): Promise<FenceFault[]> {
  const { rows } = await client.query<FenceFault>(
    `${marked} select role::text, problem from gameday.fence_faults() order by role, problem`,
  );
  return rows;
}

/** Before anything is done: what would leak is named, with what to do. */
export function refuseLeaks(faults: readonly FenceFault[], instanceId: string): void {
  if (faults.length === 0) return;
  throw new RoleNotFenceableError(
    `fence of '${instanceId}' would leak: ${faults.map(({ role, problem }) => `'${role}' ${problem}`).join('; ')}`,
    {
      hints: [
        'GRANT the role TO the master user WITH ADMIN OPTION, or name every role that writes in capabilities.fence.roles.',
        'Then run npm run bootstrap-database again. Nothing was changed.',
      ],
    },
  );
}

/** `until`: null where the pass did not hold the lease; then the mode alone is set, and never to `enforce`. */
export async function extendLease(
  client: pg.ClientBase,
  held: { readonly epoch: number; readonly until: number } | null,
  mode: LeaseState['mode'],
): Promise<boolean> {
  const { rows } = await client.query<{ accepts: boolean }>(
    `${marked} select gameday.extend_lease($1::bigint, to_timestamp($2::float8 / 1000), $3) as accepts`,
    [held?.epoch ?? null, held?.until ?? null, mode],
  );
  return rows[0]?.accepts === true;
}

/** NOLOGIN and a limit of no connection for every named role, committed; then their sessions end, until none is left. */
export async function putUpFence(
  client: pg.ClientBase,
  { epoch, byPerson }: { readonly epoch: number; readonly byPerson: boolean },
): Promise<{ readonly roles: readonly string[]; readonly ended: number }> {
  const { rows } = await client.query<{ roles: string[]; ended: number }>(
    `${marked} select roles::text[], ended from gameday.fence($1, $2)`,
    [epoch, byPerson],
  );
  const atOnce = rows[0]?.ended ?? 0;
  return { roles: rows[0]?.roles ?? [], ended: atOnce + (await endSessions(client, false)) };
}

export async function endSessions(client: pg.ClientBase, ofMaster: boolean): Promise<number> {
  const found = await untilNobody(client, async () => {
    const { rows } = await client.query<{ found: number }>(`${marked} select gameday.end_sessions($1) as found`, [
      ofMaster,
    ]);
    return rows[0]?.found ?? 0;
  });
  return found.reduce((sum, one) => sum + one, 0);
}

/** The roles that were let in again; none where the lease, which is enforced, is not held. */
export async function liftFence(client: pg.ClientBase, epoch: number): Promise<readonly string[]> {
  const { rows } = await client.query<{ roles: string[] }>(`${marked} select gameday.lift_fence($1)::text[] as roles`, [
    epoch,
  ]);
  return rows[0]?.roles ?? [];
}
