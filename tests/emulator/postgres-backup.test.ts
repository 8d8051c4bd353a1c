import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { asAdministrator } from '../../sandbox/postgres/administration.ts';
import { restoreSnapshot, takeSnapshot } from '../../sandbox/postgres/backup.ts';
import { findServerBinaries } from '../../sandbox/postgres/binaries.ts';
import { loadAuthority } from '../../sandbox/postgres/certificates.ts';
import { createCluster, dataDirectoryOf } from '../../sandbox/postgres/cluster.ts';
import {
  flipBitInIndex,
  flipBitInRow,
  relationFile,
  truncateLastPage,
  zeroPage,
} from '../../sandbox/postgres/damage.ts';
import { type RunningServer, type ServerOptions, ServerStarter } from '../../sandbox/postgres/server.ts';
import { ServerRegistry } from '../../sandbox/postgres/server-registry.ts';

describe('a physical snapshot', () => {
  let root: string;
  let options: ServerOptions;
  let server: RunningServer;
  let copies = 0;

  beforeAll(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'pgd-test-'));
    await chmod(root, 0o755);
    const binaries = await findServerBinaries();
    const directory = path.join(root, 'source');
    await createCluster({ binaries, directory, administratorPassword: 'admin', dataChecksums: false });
    options = {
      binaries,
      registry: new ServerRegistry(root),
      directory,
      socketDirectory: directory,
      administratorPassword: 'admin',
      certificate: (await loadAuthority(path.join(root, 'ca'))).server,
      forceTls: true,
      clusterName: 'source',
      settings: {},
      port: 0,
    };
    server = await new ServerStarter(options).start();
    await asAdministrator(server, async (client) => {
      await client.query('create role rds_superuser; create extension amcheck');
      await client.query('create table item (id int primary key, note text not null)');
      await client.query("insert into item select i, 'note ' || i from generate_series(1, 2000) i");
      await client.query('create table written (id bigint generated always as identity)');
      await client.query('create unlogged table cached as select 1 as id');
      await client.query("select pg_create_physical_replication_slot('left_behind', true)");
    });
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    options.registry.close();
    await rm(root, { recursive: true });
  });

  /** Starts a copy of the snapshot, lets `work` look at it, and removes it. */
  async function onCopy<T>(snapshot: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    copies += 1;
    const directory = path.join(root, `copy-${copies}`);
    await restoreSnapshot(snapshot, directory);
    const copy = new ServerStarter({ ...options, directory, socketDirectory: directory, clusterName: 'copy' });
    await using running = await copy.start();
    return await asAdministrator(running, work);
  }

  test('holds everything written before its instant and nothing written after it, under constant writes', async () => {
    type Write = { id: number; began: number; done: number };
    const writes: Write[] = [];
    let stop = false;
    const write = () =>
      asAdministrator(server, async (client) => {
        while (!stop) {
          const began = Date.now();
          const { rows } = await client.query<{ id: string }>('insert into written default values returning id');
          writes.push({ id: Number(rows[0]?.id), began, done: Date.now() });
        }
      });
    const writing = Promise.all([write(), write()]);
    const snapshot = await takeSnapshot(server, path.join(root, 'snapshot-busy'));
    const behind = writes.length + 50;
    while (writes.length < behind) await new Promise((resolve) => setImmediate(resolve));
    stop = true;
    await writing;
    const found = await onCopy(snapshot.directory, async (client) => {
      const { rows } = await client.query<{ id: string }>('select id from written');
      return new Set(rows.map((row) => Number(row.id)));
    });
    const { notBefore, notAfter, lsn } = snapshot.instant;
    const early = writes.filter(({ done }) => done < notBefore.getTime());
    const late = writes.filter(({ began }) => began > notAfter.getTime());
    assert.ok(early.length > 10 && late.length > 10, `${early.length} early and ${late.length} late writes`);
    assert.deepEqual(
      early.filter(({ id }) => !found.has(id)),
      [],
    );
    assert.deepEqual(
      late.filter(({ id }) => found.has(id)),
      [],
    );
    assert.match(lsn, /^[0-9A-F]+\/[0-9A-F]+$/);
  });

  test('survives checkpoints, dropped tables and new log files while it is taken', async () => {
    let stop = false;
    const churn = asAdministrator(server, async (client) => {
      while (!stop) {
        await client.query('create table passing as select i, repeat($$x$$, 500) from generate_series(1, 5000) i');
        await client.query('drop table passing');
        await client.query('checkpoint');
      }
    });
    const snapshot = await takeSnapshot(server, path.join(root, 'snapshot-churn'));
    stop = true;
    await churn;
    const [row] = await onCopy(snapshot.directory, async (client) => {
      await client.query("select bt_index_parent_check('item_pkey', true, true)");
      return (await client.query('select count(*)::int as items from item')).rows;
    });
    assert.deepEqual(row, { items: 2000 });
  });

  test('comes back as a primary without slots, with empty unlogged tables, as often as one likes', async () => {
    const snapshot = await takeSnapshot(server, path.join(root, 'snapshot-twice'));
    for (let time = 1; time <= 2; time += 1) {
      const rows = await onCopy(snapshot.directory, async (client) => {
        const sql = `select pg_is_in_recovery() as standby, (select count(*)::int from pg_replication_slots) as slots,
                            (select count(*)::int from cached) as cached`;
        const answer = (await client.query(sql)).rows;
        await client.query('delete from item');
        return answer;
      });
      assert.deepEqual(rows, [{ standby: false, slots: 0, cached: 0 }]);
    }
  });

  test('leaves nothing behind when it is aborted', async () => {
    await assert.rejects(takeSnapshot(server, path.join(root, 'snapshot-none'), AbortSignal.abort()), /abort/i);
    assert.equal((await readdir(root)).includes('snapshot-none'), false);
    const [row] = await asAdministrator(
      server,
      async (client) => (await client.query('select count(*)::int as slots from pg_replication_slots')).rows,
    );
    assert.deepEqual(row, { slots: 1 });
  });

  describe('that was damaged', () => {
    type Findings = { hash: string; items: number; heap: string; index: string };

    async function examine(client: pg.Client): Promise<Findings> {
      const sql = `select count(*)::int as items,
                          sum(hash_record_extended(row(record_send(item)), 0))::text as hash from item`;
      const [row] = (await client.query<{ items: number; hash: string }>(sql)).rows;
      const attempt = (check: string) =>
        client.query(check).then(
          ({ rowCount }) => (check.includes('from') && rowCount !== 0 ? 'corrupt' : 'sound'),
          () => 'corrupt',
        );
      return {
        hash: row?.hash ?? '',
        items: row?.items ?? -1,
        heap: await attempt("select * from verify_heapam('item')"),
        index: await attempt("select bt_index_check('item_pkey', true)"),
      };
    }

    let sound: Findings;
    let table: string;
    let index: string;

    beforeAll(async () => {
      sound = await asAdministrator(server, examine);
      table = await asAdministrator(server, (client) => relationFile(client, 'item'));
      index = await asAdministrator(server, (client) => relationFile(client, 'item_pkey'));
    });

    async function findings(name: string, damage: (data: string) => Promise<unknown>): Promise<Findings> {
      const { directory } = await takeSnapshot(server, path.join(root, `snapshot-${name}`));
      await damage(dataDirectoryOf(directory));
      return onCopy(directory, examine);
    }

    test('by nothing is equal to its source', async () => {
      assert.deepEqual(await findings('sound', async () => {}), { ...sound, heap: 'sound', index: 'sound' });
    });

    test('by a bit in a row reads well, with another fingerprint', async () => {
      const found = await findings('row', (data) => flipBitInRow(data, table, 2));
      assert.notEqual(found.hash, sound.hash);
      assert.deepEqual(found, { ...sound, hash: found.hash });
    });

    test('by a bit in an index has the same rows, and amcheck finds it', async () => {
      for (const where of ['pointer', 'key'] as const) {
        const found = await findings(`index-${where}`, (data) => flipBitInIndex(data, index, where));
        assert.deepEqual(found, { ...sound, index: 'corrupt' });
      }
    });

    test('by a zeroed page or a lost last page lacks rows', async () => {
      const zeroed = await findings('zeroed', (data) => zeroPage(data, table, 1));
      assert.ok(zeroed.items < sound.items && zeroed.items > 0, `${zeroed.items} rows`);
      const shorter = await findings('shorter', (data) => truncateLastPage(data, table));
      assert.ok(shorter.items < sound.items && shorter.items > 0, `${shorter.items} rows`);
    });
  });
});
