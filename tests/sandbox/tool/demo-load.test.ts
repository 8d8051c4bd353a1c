import assert from 'node:assert/strict';
import type pg from 'pg';
import { type LoadProgress, loadDemo } from '../../../sandbox/demo/load.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

describe('the demo database', () => {
  let server: RdsLikeServer;
  let client: pg.Client;
  const progress: LoadProgress[] = [];

  beforeAll(async () => {
    server = await startRdsLikeServer();
    await loadDemo(server.master, { megabytes: 5, seed: 7, onProgress: (step) => progress.push(step) });
    client = await server.connect();
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function count(sql: string): Promise<number> {
    const { rows } = await client.query<{ count: string }>(sql);
    return Number(rows[0]?.count);
  }

  async function loadInto(database: string, options: { megabytes: number; seed: number }) {
    await client.query(`create database ${database}`);
    const loaded = await loadDemo({ ...server.master, database }, options);
    return { loaded, client: await server.connect({ database }) };
  }

  test('is loaded by a master user who is no superuser', async () => {
    const { rows } = await client.query('select rolsuper, rolbypassrls from pg_roles where rolname = current_user');
    assert.deepEqual(rows, [{ rolsuper: false, rolbypassrls: false }]);
  });

  test('belongs to an owner who is neither the master user nor the application', async () => {
    const { rows } = await client.query(
      `select distinct owner::regrole::text from (
         select relowner as owner from pg_class where relnamespace::regnamespace::text in ('league', 'fantasy', 'stats', 'audit', '"Front Office"')
         union all select nspowner from pg_namespace where nspname in ('league', 'fantasy', 'stats', 'audit', 'Front Office')
         -- The constructors of a range type belong to whoever made the cluster.
         union all select proowner from pg_proc where prolang <> (select oid from pg_language where lanname = 'internal') and pronamespace::regnamespace::text in ('fantasy', 'stats', 'audit')
         union all select typowner from pg_type where typnamespace::regnamespace::text in ('league', 'fantasy', 'stats')) o`,
    );
    assert.deepEqual(rows, [{ owner: 'demo_owner' }]);
    const { rows: roles } = await client.query(
      `select rolname, rolcanlogin, pg_has_role(oid, 'demo_owner', 'member') as owns from pg_roles
        where rolname in ('demo_owner', 'demo_app') order by 1`,
    );
    assert.deepEqual(roles, [
      { rolname: 'demo_app', rolcanlogin: true, owns: false },
      { rolname: 'demo_owner', rolcanlogin: false, owns: true },
    ]);
  });

  test('reports progress that only grows, up to the end', () => {
    const fractions = progress.map(({ fraction }) => fraction);
    assert.deepEqual(
      fractions,
      fractions.toSorted((one, other) => one - other),
    );
    assert.equal(fractions.at(-1), 1);
    assert.ok((progress.at(-1)?.rows ?? 0) > 10_000);
  });

  const kinds: Readonly<Record<string, string>> = {
    'enum types': `select count(*) from pg_type where typtype = 'e'`,
    'domains with a check': `select count(*) from pg_constraint where contypid <> 0 and contype = 'c' and connamespace = 'fantasy'::regnamespace`,
    'range types of its own': `select count(*) from pg_range where rngtypid >= 16384`,
    'columns of a composite type': `select count(*) from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = 'league.players'::regclass and t.typtype = 'c'`,
    'generated columns': `select count(*) from pg_attribute where attgenerated = 's'`,
    'identity columns': `select count(*) from pg_attribute where attidentity in ('a', 'd')`,
    'partitions of partitions': `select count(*) from pg_class where relispartition and relkind = 'p'`,
    'inherited tables': `select count(*) from pg_inherits i join pg_class c on c.oid = inhrelid where not c.relispartition and c.relkind = 'r'`,
    'materialised views': `select count(*) from pg_class where relkind = 'm' and relispopulated`,
    'tables with row-level security': `select count(*) from pg_class where relrowsecurity`,
    'unlogged tables': `select count(*) from pg_class where relpersistence = 'u' and relkind = 'r'`,
    triggers: `select count(*) from pg_trigger where not tgisinternal`,
    'default privileges': `select count(*) from pg_default_acl`,
    'sequences of their own': `select count(*) from pg_class c where relkind = 'S' and not exists (select from pg_depend where objid = c.oid and deptype in ('a', 'i'))`,
    'partial indexes': `select count(*) from pg_index where indpred is not null`,
    'expression indexes': `select count(*) from pg_index where indexprs is not null`,
    'values stored out of line': `select count(*) from league.players where pg_column_size(portrait) > 2000`,
    'roles of the demo': `select count(*) from pg_roles where rolname like 'demo%' or rolname = 'Démo Commissioner'`,
    'names that need quotes': `select count(*) from pg_class where relname ~ '[^a-z0-9_]' and relkind = 'r'`,
  };
  for (const [kind, sql] of Object.entries(kinds)) {
    test(`has ${kind}`, async () => {
      assert.ok((await count(sql)) > 0);
    });
  }

  test('has an index of every access method', async () => {
    const { rows } = await client.query<{ amname: string }>(
      'select distinct amname from pg_class c join pg_am a on a.oid = c.relam where c.oid >= 16384 and relkind = $1 order by 1',
      ['i'],
    );
    assert.deepEqual(
      rows.map(({ amname }) => amname),
      ['brin', 'btree', 'gin', 'gist', 'hash'],
    );
  });

  test('has an empty table, and a full one without a primary key', async () => {
    assert.equal(await count('select count(*) from stats.injury_reports'), 0);
    assert.ok((await count('select count(*) from stats.feed_messages')) > 0);
    assert.equal(
      await count(`select count(*) from pg_index where indrelid = 'stats.feed_messages'::regclass and indisunique`),
      0,
    );
  });

  test('has the same rows for the same seed and others for another', async () => {
    const first = await digest(client);
    const same = await loadInto('same_seed', { megabytes: 5, seed: 7 });
    const other = await loadInto('other_seed', { megabytes: 5, seed: 8 });
    assert.ok(first.size >= 38);
    assert.deepEqual(await digest(same.client), first);
    const changed = [...(await digest(other.client))].filter(([table, hash]) => first.get(table) !== hash);
    assert.ok(changed.some(([table]) => table.includes('stat_lines')));
  });

  test('is about as large as asked for', async () => {
    const { loaded } = await loadInto('larger', { megabytes: 30, seed: 1 });
    assert.ok(loaded.bytes > 24e6 && loaded.bytes < 36e6, `${loaded.bytes} bytes for 30 MB`);
  });

  test('leaves nothing behind when it cannot be loaded', async () => {
    const before = await count('select count(*) from pg_class');
    await assert.rejects(loadDemo(client, { megabytes: 5 }), /already exists/);
    assert.equal(await count('select count(*) from pg_class'), before);
    assert.equal(await count('select count(*) from pg_stat_activity where backend_xid is not null'), 0);
  });
});

/** A hash of the text of all rows, for each table. */
async function digest(client: pg.Client): Promise<Map<string, string>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind in ('r', 'm') and oid >= 16384
      and relnamespace::regnamespace::text !~ '^pg_' order by 1`,
  );
  const digests = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ hash: string }>(
      `select coalesce(sum(hashtextextended(t::text, 0)), 0)::text as hash from only ${name} t`,
    );
    digests.set(name, rows[0]?.hash ?? '');
  }
  return digests;
}
