import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { TableWitness } from '../../../shared/contracts/witness.ts';
import type { ConnectionTarget } from '../../../shared/pg/session/connect.ts';
import { adoptSnapshot, exportSnapshot, holderOf } from '../../../shared/pg/session/exported-snapshot.ts';
import { takeWitness, type WitnessedSnapshot, type WitnessRequest } from '../../../shared/pg/witness/take-witness.ts';
import type { TouchedRowLimits } from '../../../shared/pg/witness/touched-rows.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: BootstrappedServer;
let target: ConnectionTarget;

beforeAll(async () => {
  server = await startBootstrappedServer();
  target = server.target;
});
afterAll(() => server[Symbol.asyncDispose]());

const oneCall = { remainingTime: () => 60_000, progress: undefined };

const ourSessions = () =>
  server.asSuperuser(async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select application_name as name from pg_stat_activity where application_name like 'pg-gameday%'",
    );
    return rows.map(({ name }) => name);
  });

async function witness(
  snapshot: Pick<WitnessedSnapshot, 'create' | 'createdAt'>,
  deadlineSeconds: number,
  limits: Pick<WitnessRequest, 'touchedRowLimits'> = {},
) {
  const result = await takeWitness({
    target,
    snapshot: { id: 'gd-backup-app', ...snapshot },
    connections: 2,
    marginSeconds: 1,
    deadlineSeconds,
    ...oneCall,
    ...limits,
    identity: { executionName: 'manners', attempt: 1, instanceId: 'app', database: 'app' },
    onProgress: () => {},
  });
  assert.ok(result.complete);
  return result.witness;
}

/** How many rows a witness lists, or why it does not, of tables from which so many are deleted inside the bracket. */
async function deletedRows(deletions: Readonly<Record<string, number>>, touchedRowLimits: TouchedRowLimits) {
  const master = await server.connect();
  const tables = Object.keys(deletions);
  for (const table of tables) await master.query(`create table ${table} as select generate_series(1, 400) as id`);
  const { body } = await witness(
    {
      create: async () => {},
      async createdAt() {
        for (const table of tables) await master.query(`delete from ${table} where id <= ${deletions[table]}`);
        return { at: new Date().toISOString(), settled: true };
      },
    },
    60,
    { touchedRowLimits },
  );
  await master.query(`drop table ${tables.join(', ')}`);
  const [, ...lines] = gunzipSync(body).toString().trim().split('\n');
  const witnesses = lines.map((line) => TableWitness.parse(JSON.parse(line)));
  const reported = new Map(
    witnesses.map(({ table, gap, deleted }) => [table.replace('public.', ''), gap ?? deleted.length]),
  );
  return Object.fromEntries(tables.map((table) => [table, reported.get(table)]));
}

describe('the witness and the source', () => {
  test('DDL on a table that was read goes through while the bracket is open', async () => {
    const master = await server.connect();
    await master.query(
      'create table altered as select generate_series(1, 1000) as id; create table dropped as select 1 as id',
    );
    let snapshotExists: () => void = () => {};
    const created = new Promise<void>((resolve) => {
      snapshotExists = resolve;
    });
    let isDone = false;
    const taken = witness(
      {
        create: async () => snapshotExists(),
        createdAt: async () => (isDone ? { at: new Date().toISOString(), settled: true } : undefined),
      },
      60,
    );
    await created;

    // A lock of ours that lasted would make these wait, and everybody else behind them.
    await master.query("set lock_timeout = '2s'");
    await master.query('alter table altered add column note text');
    await master.query('truncate altered');
    await master.query('drop table dropped');
    isDone = true;
    const { header } = await taken;

    assert.equal(header.tables, 2);
    await waitUntil('our sessions are closed', async () => (await ourSessions()).length === 0);
  });

  test('tables with more touched rows than a function can hold are named, the others are listed whole', async () => {
    const limits = { inTable: 100, inAll: 140 };
    const most = 'has too many rows touched between S1 and S2: a witness lists at most 100 of a table and 140 in all';
    const fits = await deletedRows({ busier: 101, busy: 100, calm: 40 }, limits);
    assert.deepEqual(fits, { busier: most, busy: 100, calm: 40 });
    // Two are read at once, each with the room that is there when it begins; the third has none.
    const tight = await deletedRows({ busy: 90, calm: 90, quiet: 90 }, limits);
    const reported = Object.values(tight).map(String).sort();
    assert.deepEqual([reported[0], reported.at(-1)], ['90', most]);
  });

  test('a snapshot that never reports its creation time ends in WitnessDeadlineError, and no session stays', async () => {
    await assert.rejects(witness({ create: async () => {}, createdAt: async () => undefined }, 2), {
      name: 'WitnessDeadlineError',
      message: /^snapshot 'gd-backup-app' reported no creation time within 2 s, the deadline of S1\nHINT: /,
    });
    await waitUntil('our sessions are closed', async () => (await ourSessions()).length === 0);
  });

  test('the server itself ends the holder of S1 at its deadline, when nobody is left to release it', async () => {
    await exportSnapshot(target, holderOf('S1', 'run'), 300);

    await waitUntil(
      'the holder of S1 is gone',
      async () => !(await ourSessions()).some((name) => name.startsWith('pg-gameday holds S1')),
      10_000,
    );
  });

  test('a second witness of the same database is refused and leaves the first alone', async () => {
    let isDone = false;
    const taken = witness(
      {
        create: async () => {},
        createdAt: async () => (isDone ? { at: new Date().toISOString(), settled: true } : undefined),
      },
      60,
    );
    await waitUntil('S1 is held', async () =>
      (await ourSessions()).some((name) => name.startsWith('pg-gameday holds S1')),
    );

    await assert.rejects(witness({ create: async () => {}, createdAt: async () => undefined }, 60), {
      name: 'BackupAlreadyRunningError',
    });
    isDone = true;
    assert.equal((await taken).header.executionName, 'manners');
  });

  test('what its calls have left in other processes ends with it, and refuses nobody', async () => {
    const request = {
      ...{ target, connections: 1, marginSeconds: 1, deadlineSeconds: 60 },
      identity: { executionName: 'in-two-processes', attempt: 1, instanceId: 'app', database: 'app' },
      onProgress: () => {},
    };
    let remaining = 60_000;
    const id = 'gd-backup-app';
    const first = await takeWitness({
      ...{ ...request, progress: undefined, remainingTime: () => remaining },
      snapshot: {
        ...{ id, create: async () => {} },
        async createdAt() {
          remaining = 0;
          return undefined;
        },
      },
    });
    assert.ok(!first.complete);
    // As if that call had been in a process that nobody calls again.
    const run = createHash('sha256').update('in-two-processes').digest('hex').slice(0, 12);
    const there = await adoptSnapshot(target, holderOf('S1', run), first.progress.s1, 60_000);
    await there.leave(60_000);
    const sound = { create: async () => {}, createdAt: async () => ({ at: new Date().toISOString(), settled: true }) };
    const last = await takeWitness({
      ...{ ...request, progress: { ...first.progress, s1: there }, remainingTime: () => 60_000 },
      snapshot: { id, ...sound },
    });
    assert.ok(last.complete);
    assert.deepEqual(
      (await ourSessions()).filter((name) => name.includes('holds')),
      [],
    );
    assert.equal((await witness(sound, 60)).header.executionName, 'manners');
  });

  test('a beat that is written while a call ends is reported by it', async () => {
    const master = await server.connect();
    let remaining = 60_000;
    const result = await takeWitness({
      ...{ target, connections: 1, marginSeconds: 1, deadlineSeconds: 60, progress: undefined },
      remainingTime: () => remaining,
      snapshot: {
        id: 'gd-backup-app',
        create: async () => {},
        async createdAt() {
          await master.query('begin');
          await master.query('select from gameday.heartbeat for update');
          await waitUntil('a beat waits for its row', () =>
            server.asSuperuser(async (client) => {
              const { rowCount } = await client.query(
                "select from pg_stat_activity where application_name = 'pg-gameday heartbeat' and wait_event_type = 'Lock'",
              );
              return rowCount === 1;
            }),
          );
          // The call is over, and says what it did while the beat waits still.
          void master.query('select pg_sleep(0.5); commit');
          remaining = 0;
          return undefined;
        },
      },
      identity: { executionName: 'manners', attempt: 1, instanceId: 'app', database: 'app' },
      onProgress: () => {},
    });
    assert.ok(!result.complete);
    const { rows } = await master.query<{ beat: string }>('select beat::text from gameday.heartbeat');
    assert.deepEqual(result.progress.beats.at(-1)?.beat, rows[0]?.beat);
    const numbers = result.progress.beats.map(({ beat }) => Number(beat));
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => (numbers[0] ?? 0) + index),
    );
  });

  test('a database that was not bootstrapped is named, with the remedy', async () => {
    await server.asSuperuser((client) => client.query('create database bare'));
    const bare = { ...target, database: 'bare' };
    await assert.rejects(
      takeWitness({
        target: bare,
        snapshot: { id: 'none', create: async () => {}, createdAt: async () => undefined },
        connections: 1,
        marginSeconds: 1,
        deadlineSeconds: 10,
        ...oneCall,
        identity: { executionName: 'manners', attempt: 1, instanceId: 'app', database: 'bare' },
        onProgress: () => {},
      }),
      (error: unknown) =>
        error instanceof Error && /Bootstrapped/.test(error.name) && !(error instanceof pg.DatabaseError),
    );
  });
});
