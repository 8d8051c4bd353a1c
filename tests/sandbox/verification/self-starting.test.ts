import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findServerBinaries } from '../../../sandbox/postgres/binaries.ts';
import { withConnection } from '../../../shared/pg/session/connect.ts';
import { readSelfStarting } from '../../../shared/pg/session/self-starting.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';

let place: string;
let server: BootstrappedServer;

beforeAll(async () => {
  place = mkdtempSync(path.join(tmpdir(), 'libraries-'));
  chmodSync(place, 0o755);
  const { directory } = await findServerBinaries();
  const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
  // A library of that name, which is loaded and does nothing: the job scheduler itself is no part of PostgreSQL.
  copyFileSync(path.join(directory, 'lib/postgresql', `auto_explain.${suffix}`), path.join(place, `pg_cron.${suffix}`));
  const settings = {
    dynamic_library_path: `${place}:$libdir`,
    shared_preload_libraries: 'pg_stat_statements,pg_cron',
  };
  server = await startBootstrappedServer('', { settings });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(place, { recursive: true });
});

/** As the functions see it. */
const found = async () => {
  const all = await withConnection(server.target, { purpose: 'reads the catalogue' }, readSelfStarting);
  return all.map(({ kind, name }) => `${kind}: ${name}`);
};

describe('what a copy would start by itself', () => {
  test('are jobs where pg_cron is loaded, whose table may be in another database, or have rows of others only', async () => {
    assert.deepEqual(await found(), ['jobs: jobs of pg_cron']);
    await server.asSuperuser(async (client) => {
      await client.query('create schema cron; create table cron.job (jobid bigint); insert into cron.job values (1)');
      await client.query('alter table cron.job enable row level security; grant usage on schema cron to public');
    });
    assert.deepEqual(await found(), ['jobs: jobs of pg_cron']);
  });

  test('are none where the table of jobs has never had one', async () => {
    await server.asSuperuser((client) => client.query('truncate cron.job'));
    assert.deepEqual(await found(), []);
  });

  test('are the enabled subscriptions of every database, and no more are named than a message has room for', async () => {
    await server.asSuperuser(async (client) => {
      await client.query('create database other');
      const make = (name: string, enabled: boolean) =>
        `create subscription ${name} connection 'host=192.0.2.1' publication p with (connect = false, slot_name = none, enabled = false);` +
        (enabled ? `alter subscription ${name} set (slot_name = '${name}'); alter subscription ${name} enable` : '');
      await client.query(make('idle', false));
      await client.query(make('feed', true));
    });
    assert.deepEqual(await found(), ["subscription: subscription 'feed' of database 'app'"]);
    await server.asSuperuser((client) =>
      client.query("update pg_subscription set subdbid = (select oid from pg_database where datname = 'other')"),
    );
    assert.deepEqual(await found(), ["subscription: subscription 'feed' of database 'other'"]);
    await server.asSuperuser((client) =>
      client.query(
        `insert into pg_subscription select (jsonb_populate_record(s, jsonb_build_object('oid', 90000 + n, 'subname', 'more_' || n))).*
         from pg_subscription s, generate_series(1, 12) n where subname = 'feed'`,
      ),
    );
    const many = await found();
    assert.equal(many.length, 11);
    assert.equal(many.at(-1), 'subscription: 3 more subscriptions');
    await server.asSuperuser((client) => client.query('delete from pg_subscription'));
  });
});
