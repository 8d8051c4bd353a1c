import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { DBInstance } from '@aws-sdk/client-rds';
import type pg from 'pg';
import { storeClientSecret } from '../../demo/client-secret.ts';
import { giveLease, heldBy, leaseHolder, leaseRegisters } from '../../demo/lease-registers.ts';
import { makeReplica } from '../../demo/replica.ts';
import type { Scene } from '../../fault-sweep/scene.ts';
import { runSchedule } from '../../permissions/run-schedule.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import type { Sandbox } from '../../sandbox.ts';

export type Place = Pick<Scene, 'sandbox' | 'database' | 'sourceInstanceId'>;

const role = 'demo_app';
/** As operations.yml has the end of the name in the second region. */
export const replicaId = 'fantasy-dr';
/** Milliseconds within which each step is there. */
const patience = 90_000;

export const awayOf = ({ stacks, region }: Sandbox): string =>
  stacks.find((stack) => stack.region !== region)?.region ?? '';

let password: { readonly of: Sandbox; readonly text: string } | undefined;

/** How the application logs in to an instance; undefined while that has no server. */
export async function loginTo({
  sandbox,
  database,
}: Place): Promise<(region: string, id: string) => pg.ClientConfig | undefined> {
  const ssl = { ca: await readFile(sandbox.rds.inspect.certificateAuthorityPath, 'utf8') };
  return (region, id) => {
    try {
      const { port } = sandbox.rds.inspect.server(region, id);
      return { host: '127.0.0.1', port, database, user: role, password: password?.text ?? '', ssl };
    } catch {
      return undefined;
    }
  };
}

/** The application of a tiny database, and a table that it writes. Once for each sandbox: a role keeps its password. */
export async function makeWriter({ sandbox, database, sourceInstanceId }: Place): Promise<void> {
  if (password?.of === sandbox) return;
  password = { of: sandbox, text: randomBytes(18).toString('base64url') };
  await asAdministrator(
    sandbox.rds.inspect.server(sandbox.region, sourceInstanceId),
    (client) =>
      client.query(`alter role ${role} login password '${password?.text}';
        create table if not exists public.drill_write (id bigint primary key, at timestamptz not null default clock_timestamp());
        grant select, insert on public.drill_write to ${role}`),
    database,
  );
  storeClientSecret(sandbox, database, { user: role, password: password.text });
}

/**
 * A primary that its applications write to, its lease and its name; a replica in the second region that streams. What the run before it
 * left is undone: as cheaply as it can be, since a sweep is hundreds of runs.
 */
export async function soundSetUp(place: Place): Promise<void> {
  const { sandbox, database, sourceInstanceId } = place;
  await makeWriter(place);
  const registers = leaseRegisters(sandbox, database);
  const holder = leaseHolder(sandbox.region, sourceInstanceId);
  if ((await heldBy(registers))?.holder !== holder) await giveLease(registers, holder);
  const asOwner = <T>(work: (client: pg.Client) => Promise<T>) =>
    asAdministrator(sandbox.rds.inspect.server(sandbox.region, sourceInstanceId), work, database);
  const takesWrites = async () =>
    (
      await asOwner((client) =>
        client.query('select from gameday.read_lease() where accepts and fenced = array[]::name[]'),
      )
    ).rowCount === 1;
  await eventually('the primary holds its lease', async () => {
    await asOwner((client) => client.query('select gameday.lift_fence(fenced_epoch) from gameday.lease'));
    await runSchedule(sandbox, 'keep-lease');
    return takesWrites();
  });
  if (!(await streams(place).catch(() => false))) {
    await removeInstance(sandbox, awayOf(sandbox), replicaId);
    await makeReplica({ sandbox, instance: sourceInstanceId, database }, replicaId);
    await eventually('the replica streams', () => streams(place));
  }
}

async function streams({ sandbox, sourceInstanceId, database }: Place): Promise<boolean> {
  const found = await instanceOf(sandbox, awayOf(sandbox), replicaId);
  if (found?.DBInstanceStatus !== 'available' || found.ReadReplicaSourceDBInstanceIdentifier === undefined)
    return false;
  const lsn = await asAdministrator(
    sandbox.rds.inspect.server(sandbox.region, sourceInstanceId),
    async (client) => (await client.query<{ lsn: string }>('select pg_current_wal_lsn()::text as lsn')).rows[0]?.lsn,
    database,
  );
  const hasReplayed = () =>
    asAdministrator(
      sandbox.rds.inspect.server(awayOf(sandbox), replicaId),
      async (client) =>
        (await client.query('select from pg_stat_wal_receiver where pg_last_wal_replay_lsn() >= $1::pg_lsn', [lsn]))
          .rowCount === 1,
      database,
    ).catch(() => false);
  for (const until = Date.now() + 5_000; Date.now() < until; await delay(50)) if (await hasReplayed()) return true;
  return false;
}

export async function instanceOf(sandbox: Sandbox, region: string, id: string): Promise<DBInstance | undefined> {
  const { DBInstances = [] } = (await sandbox.dispatch(
    'rds',
    'DescribeDBInstances',
    {},
    { region, caller: sandbox.credentials.operator.caller },
  )) as { DBInstances?: DBInstance[] };
  return DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id);
}

export async function removeInstance(sandbox: Sandbox, region: string, DBInstanceIdentifier: string): Promise<void> {
  await sandbox.rds.inspect.idle();
  if ((await instanceOf(sandbox, region, DBInstanceIdentifier)) === undefined) return;
  const there = { region, caller: sandbox.credentials.operator.caller };
  const open = { DBInstanceIdentifier, DeletionProtection: false, ApplyImmediately: true };
  await sandbox.dispatch('rds', 'ModifyDBInstance', open, there);
  await sandbox.rds.inspect.idle();
  await sandbox.dispatch('rds', 'DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true }, there);
  await sandbox.rds.inspect.idle();
}

export async function eventually(what: string, look: () => Promise<boolean>, within = patience): Promise<void> {
  let last = '';
  for (const until = Date.now() + within; Date.now() < until; await delay(100)) {
    // A server may be restarting, and a busy machine lets a connection wait.
    const isThere = await look().catch((error: Error) => {
      last = `: ${error.message}`;
      return false;
    });
    if (isThere) return;
  }
  throw new Error(`not after ${within / 1000} s: ${what}${last}`);
}
