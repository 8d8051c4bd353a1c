import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { TableWitness, type WitnessHeader } from '../../../shared/contracts/witness.ts';
import { type ConnectionTarget, withConnection } from '../../../shared/pg/session/connect.ts';
import { exportSnapshot } from '../../../shared/pg/session/exported-snapshot.ts';
import { readRelations } from '../../../shared/pg/witness/relations.ts';
import { readSchemaObjects } from '../../../shared/pg/witness/schema-objects.ts';
import { readSequences } from '../../../shared/pg/witness/sequences.ts';
import { takeWitness } from '../../../shared/pg/witness/take-witness.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: BootstrappedServer;
let target: ConnectionTarget;

beforeAll(async () => {
  server = await startBootstrappedServer();
  target = server.target;
});
afterAll(() => server[Symbol.asyncDispose]());

const soon = () => performance.now() + 500;

/** One of every kind whose definition PostgreSQL looks up in the catalogue of this moment. */
const everyKind = (schema: string) => `create schema ${schema};
create type ${schema}.mood as enum ('good', 'bad');
create sequence ${schema}.numbers;
create table ${schema}.orders (id int primary key default nextval('${schema}.numbers'), mood ${schema}.mood, check (id > 0));
create index orders_mood on ${schema}.orders ((id * 2)) where id > 5;
create table ${schema}.lines (order_id int references ${schema}.orders, note text);
create table ${schema}.parts (day int) partition by range (day);
create table ${schema}.parts_1 partition of ${schema}.parts for values from (0) to (10);
create view ${schema}.named as select o.id, l.note from ${schema}.orders o join ${schema}.lines l on l.order_id = o.id;
create materialized view ${schema}.counted as select count(*) as n from ${schema}.orders;
create function ${schema}.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger touched before update on ${schema}.orders for each row execute function ${schema}.touch();
create rule quiet as on delete to ${schema}.lines do instead nothing;
create statistics ${schema}.together on id, mood from ${schema}.orders;
alter table ${schema}.lines enable row level security;
create policy ours on ${schema}.lines using (order_id > 0);
create operator ${schema}.=== (leftarg = int, rightarg = int, function = int4eq);
create aggregate ${schema}.total (int) (sfunc = int4pl, stype = int);
comment on table ${schema}.orders is 'orders'; comment on column ${schema}.orders.id is 'number'`;

describe('the catalogue of a database that others change', () => {
  test('is read whole under a snapshot of which objects of every kind have been dropped since', async () => {
    const master = await server.connect();
    await master.query(everyKind('stays'));
    await master.query(everyKind('goes'));
    const s1 = await exportSnapshot(target, 'S1', 60_000);
    await master.query('drop schema goes cascade');
    await withConnection(target, { purpose: 'test', readOnly: true }, async (client) => {
      const relations = await readRelations(client, s1.id, 'gameday');
      const objects = await readSchemaObjects(client, s1.id, soon());
      const { sequences, unread } = await readSequences(client, s1.id, soon());
      await s1.release();

      // What is still there is as a reading without a snapshot has it.
      const now = await readSchemaObjects(client, undefined, soon());
      const staying = Object.entries(now).filter(([identity]) => identity.includes('stays.'));
      assert.ok(staying.length > 30, `${staying.length} objects`);
      for (const [identity, definition] of staying) assert.equal(objects[identity], definition, identity);
      assert.deepEqual(
        sequences.map(({ sequence }) => sequence).filter((name) => /^(stays|goes)/.test(name)),
        ['stays.numbers'],
      );
      assert.deepEqual(
        unread.map(({ name, problem }) => [name, problem]),
        [['goes.numbers', 'was dropped while the catalogue was read']],
      );

      // What is gone is named: an object that could not be described, a table that cannot be read.
      assert.equal(objects['relation goes.named'], '? was dropped while the catalogue was read');
      assert.ok(Object.keys(objects).some((identity) => identity.startsWith('relation goes.orders')));
      const gone = relations.filter(({ table }) => table.startsWith('goes.'));
      assert.deepEqual(gone.map(({ table }) => table).sort(), [
        'goes.counted',
        'goes.lines',
        'goes.orders',
        'goes.parts_1',
      ]);
      for (const { gap } of gone) assert.equal(gap, 'was dropped while the catalogue was read');
    });
    await master.query('drop schema stays cascade');
  });

  test('reports a locked table by name, has everything else, and waits for no lock', async () => {
    const master = await server.connect();
    await master.query(everyKind('calm'));
    await master.query('alter table calm.orders owner to postgres; insert into calm.orders values (7)');
    await withLock('calm.orders', async () => {
      await withConnection(target, { purpose: 'test', readOnly: true }, async (client) => {
        const relations = await readRelations(client, undefined, 'gameday');
        assert.equal(relations.find(({ table }) => table === 'calm.orders')?.gap, undefined);
        const objects = await readSchemaObjects(client, undefined, soon());
        assert.equal(objects['relation calm.named'], '? was locked by DDL while the catalogue was read');
        assert.match(objects['relation calm.lines'] ?? '', /^[0-9a-f]{32} \d/);
      });
    });
    await master.query('drop schema calm cascade');
  });

  test('is read when the lock ends, in the same call', async () => {
    const master = await server.connect();
    await master.query(everyKind('late'));
    const holder = await server.connect();
    await holder.query('begin; lock table late.orders');
    await withConnection(target, { purpose: 'test', readOnly: true }, async (client) => {
      const reading = readSchemaObjects(client, undefined, performance.now() + 60_000);
      await waitUntil('the reader gives way once', async () => (await blocked()) > 0);
      await waitUntil('the reader asks again', async () => (await blocked()) === 0);
      await holder.query('commit');
      const objects = await reading;
      assert.deepEqual(
        Object.entries(objects).filter(([, definition]) => definition.startsWith('?')),
        [],
      );
    });
    await master.query('drop schema late cascade');
  });
});

describe('the witness of a database that others change', () => {
  test('comes back to a table that was locked for longer than anybody waits, and has every row of it', async () => {
    const master = await server.connect();
    await master.query(
      'create table held as select generate_series(1, 500) as id; create table free as select 1 as id',
    );
    const holder = await server.connect();
    let wasLocked: Promise<unknown> = Promise.resolve();
    const { tables, header } = await witness(
      {
        // S1 and its catalogue are taken; the rows are about to be read.
        create: async () => {
          await holder.query('begin; lock table held');
          wasLocked = waitUntil('the reader gives way', async () => (await blocked()) > 0, 60_000)
            .then(() => waitUntil('the reader has given way', async () => (await blocked()) === 0, 60_000))
            .then(() => holder.query('commit'));
        },
        createdAt: async () => {
          await wasLocked;
          return { at: new Date().toISOString(), settled: true };
        },
      },
      60_000,
    );
    assert.equal(tables.get('public.held')?.rows, '500');
    assert.equal(tables.get('public.held')?.gap, undefined);
    assert.equal(header.rows, '501');
    await master.query('drop table held, free');
  });

  test('names a table that is locked to the end, and has all others', async () => {
    const master = await server.connect();
    await master.query('create table held as select 1 as id; create table free as select 1 as id');
    await withLock('held', async () => {
      const { tables } = await witness({ create: async () => {}, createdAt: async () => settled() }, 100);
      assert.match(tables.get('public.held')?.gap ?? '', /^was locked by DDL/);
      assert.deepEqual([tables.get('public.free')?.gap, tables.get('public.free')?.rows], [undefined, '1']);
    });
    await master.query('drop table held, free');
  });

  test('goes on while the table of its own heartbeat is locked for a while', async () => {
    const master = await server.connect();
    await master.query('create table free as select 1 as id');
    const holder = await server.connect();
    await holder.query('begin; lock table gameday.heartbeat');
    const released = waitUntil('a beat gives way', async () => (await blocked()) > 0, 60_000)
      .then(() => waitUntil('a beat has given way', async () => (await blocked()) === 0, 60_000))
      .then(() => holder.query('commit'));
    const { tables } = await witness({ create: async () => {}, createdAt: async () => settled() }, 60_000);
    await released;
    assert.equal(tables.get('public.free')?.rows, '1');

    await withLock('gameday.heartbeat', async () => {
      await assert.rejects(witness({ create: async () => {}, createdAt: async () => settled() }, 100), {
        name: 'TableLockedError',
        message: /^table 'gameday\.heartbeat' is locked by another session\nHINT: /,
      });
    });
    await master.query('drop table free');
  });

  test('knows a table that was swapped away and back, which looks the same at S1 and at S2', async () => {
    const master = await server.connect();
    await master.query('create table swapped as select 1 as id; create table steady as select 1 as id');
    const { tables } = await witness(
      {
        create: async () => void (await master.query('alter table swapped rename to away')),
        createdAt: async () => {
          await master.query('alter table away rename to swapped');
          return settled();
        },
      },
      1000,
    );
    assert.deepEqual(
      ['public.swapped', 'public.steady'].map((name) => tables.get(name)?.touchedByDdl),
      [true, undefined],
    );
    await master.query('drop table swapped, steady');
  });
});

const settled = () => ({ at: new Date().toISOString(), settled: true });

/** Sessions of ours that wait for a lock. */
async function blocked(): Promise<number> {
  return server.asSuperuser(async (client) => {
    const { rows } = await client.query<{ n: number }>(
      "select count(*)::int as n from pg_stat_activity where application_name like 'pg-gameday%' and wait_event_type = 'Lock'",
    );
    return rows[0]?.n ?? 0;
  });
}

async function withLock(table: string, work: () => Promise<void>): Promise<void> {
  const holder: pg.Client = await server.connect();
  await holder.query(`begin; lock table ${table}`);
  try {
    await work();
  } finally {
    await holder.query('rollback');
  }
}

async function witness(
  snapshot: { create(): Promise<void>; createdAt(): Promise<{ at: string; settled: boolean } | undefined> },
  lockPatience: number,
): Promise<{ header: WitnessHeader; tables: ReadonlyMap<string, TableWitness> }> {
  const result = await takeWitness({
    target,
    snapshot: { id: 'gd-backup-app', ...snapshot },
    connections: 2,
    marginSeconds: 1,
    deadlineSeconds: 120,
    lockPatience,
    remainingTime: () => 120_000,
    progress: undefined,
    identity: { executionName: 'swaps', attempt: 1, instanceId: 'app', database: 'app' },
    onProgress: () => {},
  });
  assert.ok(result.complete);
  const { header, body } = result.witness;
  const [, ...lines] = gunzipSync(body).toString().trim().split('\n');
  const tables = lines.map((line) => TableWitness.parse(JSON.parse(line)));
  return { header, tables: new Map(tables.map((table) => [table.table, table])) };
}
