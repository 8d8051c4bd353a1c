import assert from 'node:assert/strict';
import { waitUntil } from '../../support/wait-until.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

type Planted = readonly [
  what: string,
  plant: { readonly primary?: string; readonly standby?: string },
  undo: { readonly primary?: string; readonly standby?: string },
  found: readonly string[],
];

/** As the bootstrap writes them. */
const rolesOfFence = (...names: readonly string[]) =>
  `create or replace function gameday.fence_roles() returns name[] language sql security definer
     set search_path = pg_catalog, pg_temp as $$select array['${names.join("', '")}']::name[]$$`;

const plants: readonly Planted[] = [
  [
    'a table that was created after the set-up',
    { primary: 'create table added (id int primary key)' },
    { primary: 'drop table added' },
    ['table-not-published public.added'],
  ],
  [
    'a published table without identity',
    { primary: 'alter table lines replica identity nothing' },
    { primary: 'alter table lines replica identity default' },
    ['table-without-identity public.lines'],
  ],
  [
    'an unlogged table',
    {
      primary: 'create unlogged table cache (id int primary key)',
      standby: 'create unlogged table cache (id int primary key)',
    },
    { primary: 'drop table cache', standby: 'drop table cache' },
    ['table-unlogged public.cache'],
  ],
  [
    'a large object',
    { primary: 'select lo_create(42)' },
    { primary: 'select lo_unlink(42)' },
    ['large-objects pg_largeobject'],
  ],
  [
    'a prepared transaction',
    { primary: `begin; insert into lines values (99, 'x'); prepare transaction 'left'` },
    { primary: `rollback prepared 'left'` },
    ['prepared-transactions pg_prepared_xacts'],
  ],
  [
    'a publication without deletes',
    { primary: `alter publication gameday set (publish = 'insert, update, truncate')` },
    { primary: `alter publication gameday set (publish = 'insert, update, delete, truncate')` },
    ['publication-operations gameday'],
  ],
  [
    'a row filter',
    { primary: 'alter publication gameday drop table lines; alter publication gameday add table lines where (id > 5)' },
    { primary: 'alter publication gameday drop table lines; alter publication gameday add table lines' },
    ['publication-partial public.lines'],
  ],
  [
    'a lease that is published',
    { primary: 'alter publication gameday add table gameday.lease' },
    { primary: 'alter publication gameday drop table gameday.lease' },
    ['lease-published gameday.lease', 'table-not-subscribed gameday.lease'],
  ],
  [
    'a column that the standby has not',
    { standby: 'alter table lines add column more int' },
    { standby: 'alter table lines drop column more' },
    ['table-differs public.lines'],
  ],
  [
    'a grant that the standby has not',
    { standby: 'revoke update on lines from shop' },
    { standby: 'grant update on lines to shop' },
    ['grant-missing public.lines'],
  ],
  [
    'an index that the standby has not',
    { primary: 'create index lines_what on lines (what)' },
    { primary: 'drop index lines_what' },
    ['index-missing public.lines_what'],
  ],
  [
    'a view that the standby has not',
    { standby: 'drop materialized view totals' },
    { standby: 'create materialized view totals as select count(*) from orders' },
    ['view-missing public.totals'],
  ],
  [
    'an extension that the standby has not',
    { standby: 'drop extension pg_trgm' },
    { standby: 'create extension pg_trgm' },
    ['extension-missing pg_trgm'],
  ],
  [
    'an older extension',
    { standby: `update pg_extension set extversion = '1.5' where extname = 'pg_trgm'` },
    {
      standby: `update pg_extension set extversion = (select default_version from pg_available_extensions where name = 'pg_trgm') where extname = 'pg_trgm'`,
    },
    ['extension-differs pg_trgm'],
  ],
  [
    'a membership that the standby has not',
    { standby: 'revoke readers from shop granted by postgres' },
    { standby: 'grant readers to shop granted by postgres' },
    ['membership-missing shop'],
  ],
  [
    'a login that may write and is not named',
    {
      primary: 'create role jobs login; grant delete on lines to jobs',
      standby: 'create role jobs login; grant delete on lines to jobs',
    },
    { primary: 'drop owned by jobs; drop role jobs', standby: 'drop owned by jobs; drop role jobs' },
    ['writer-not-named jobs'],
  ],
  [
    'a role that the master user may not administer',
    { primary: `create role of_others; ${rolesOfFence('shop', 'of_others')}`, standby: 'create role of_others' },
    { primary: `${rolesOfFence('shop')}; drop role of_others`, standby: 'drop role of_others' },
    ['role-not-fenceable of_others'],
  ],
  [
    'a sequence that is behind',
    { primary: `select setval('orders_id_seq', 5000000)` },
    { primary: 'alter sequence orders_id_seq restart' },
    ['sequence-behind public.orders_id_seq'],
  ],
  [
    'a setting of the database',
    { standby: `alter database app set search_path = pg_catalog` },
    { standby: `alter database app reset search_path` },
    ['setting-differs search_path'],
  ],
  [
    'a subscription that is disabled',
    { standby: 'alter subscription gameday disable' },
    { standby: 'alter subscription gameday enable' },
    ['slot-inactive gameday', 'subscription-disabled gameday'],
  ],
];

describe('readiness of two real servers', () => {
  let servers: TwoServers;
  const run = async ({ primary, standby }: { readonly primary?: string; readonly standby?: string }) => {
    if (primary !== undefined) await servers.primary.asSuperuser((client) => client.query(primary));
    if (standby !== undefined) await servers.standby.asSuperuser((client) => client.query(standby));
  };
  const isSound = () => waitUntil('it is sound', async () => (await servers.reasons()).length === 0, 15_000);

  beforeAll(async () => {
    servers = await startTwoServers();
  });
  afterAll(async () => {
    await servers[Symbol.asyncDispose]();
  });

  test('names what is missing before anything is set up', async () => {
    assert.deepEqual(await servers.reasons(), ['publication-missing gameday', 'subscription-missing gameday']);
  });

  test('has nothing to say of what dr-setup made, which has nothing more to do', async () => {
    const { taken, refused } = await servers.setUp();
    assert.deepEqual(taken, ['primary: publication of 3 tables', 'standby: subscription with its slot and first copy']);
    assert.deepEqual(refused, []);
    await isSound();
    assert.deepEqual(await servers.plan(), { steps: [], refused: [] });
  });

  for (const [what, plant, undo, found] of plants) {
    test(`finds ${what}, alone`, async () => {
      await run(plant);
      try {
        await waitUntil(found.join(', '), async () => (await servers.reasons()).join() === found.join(), 8_000).catch(
          async () => assert.deepEqual(await servers.reasons(), found),
        );
      } finally {
        await run(undo);
      }
      await isSound();
    });
  }

  test('finds a conflict that stopped the worker', async () => {
    await servers.standby.asSuperuser((client) => client.query(`insert into lines values (7, 'of the standby')`));
    await servers.primary.asSuperuser((client) => client.query(`insert into lines values (7, 'of the primary')`));
    await waitUntil('the worker fails', async () => (await servers.reasons()).includes('worker-errors gameday'));
    await servers.standby.asSuperuser((client) => client.query('delete from lines where id = 7'));
    await waitUntil('it comes through', async () => {
      await servers.standby.asSuperuser((client) => client.query('select pg_stat_reset_subscription_stats(null)'));
      return (await servers.reasons()).length === 0;
    });
  });

  test('is repaired by dr-setup where it drifted: a new table, deletes that are not published, a sequence', async () => {
    for (const server of [servers.primary, servers.standby])
      await server.asSuperuser((client) =>
        client.query('create table later (id int primary key); alter table later owner to shop_owner'),
      );
    await run({
      primary: `alter publication gameday set (publish = 'insert'); insert into orders (what) select 'x' from generate_series(1, 50);
        insert into later values (1)`,
    });
    const { taken } = await servers.setUp();
    assert.deepEqual(taken, [
      'primary: publication gets public.later',
      'primary: publication of all operations',
      'standby: subscription learns the tables',
      'standby: sequence public.orders_id_seq from its start to 1050',
    ]);
    await isSound();
    const { rows } = await servers.standby.asSuperuser((client) => client.query('select id from later'));
    assert.deepEqual(rows, [{ id: 1 }]);
    assert.deepEqual((await servers.plan()).steps, []);
  });

  test('leaves to a person what it must not do: a table without identity, one of an owner that it is no member of', async () => {
    const both =
      'create table bare (id int); alter table bare owner to shop_owner; create table of_master (id int primary key)';
    await run({ primary: both, standby: both });
    const { steps, refused } = await servers.plan();
    assert.deepEqual(steps, []);
    assert.deepEqual(
      refused.map(({ subject, message }) => `${subject} ${message}`),
      [
        'public.bare has no primary key and no replica identity',
        'public.of_master belongs to rdsadmin, of whom gameday_replicate is no member',
      ],
    );
    await run({ primary: 'drop table bare, of_master', standby: 'drop table bare, of_master' });
    await isSound();
  });

  test('wakes a subscription that somebody disabled, and not one that a conflict stopped', async () => {
    await run({ standby: 'alter subscription gameday disable' });
    assert.deepEqual((await servers.setUp()).taken, ['standby: subscription goes on']);
    await isSound();
    await run({ standby: `alter subscription gameday set (disable_on_error); insert into lines values (8, 'there')` });
    await run({ primary: `insert into lines values (8, 'here')` });
    await waitUntil('it is disabled', async () => (await servers.reasons()).includes('subscription-disabled gameday'));
    const { taken, refused } = await servers.setUp();
    assert.deepEqual([taken, refused.map(({ message }) => message)], [[], ['is disabled after 1 errors']]);
    await run({
      standby: `delete from lines where id = 8; select pg_stat_reset_subscription_stats(null);
        alter subscription gameday set (disable_on_error = false)`,
    });
    await servers.setUp();
    await isSound();
  });

  test('sets all up anew after its slot was dropped, when a person says so and nobody is served there', async () => {
    await run({ primary: `insert into lines values (20, 'before')` });
    await run({ standby: 'alter subscription gameday disable' });
    await waitUntil('the slot is free', async () => (await servers.reasons()).includes('slot-inactive gameday'));
    await run({ primary: `select pg_drop_replication_slot('gameday'); insert into lines values (21, 'in the gap')` });
    await run({ standby: 'alter subscription gameday enable' });
    const { steps, refused } = await servers.plan();
    assert.deepEqual([steps, refused.map(({ subject }) => subject)], [[], ['gameday']]);
    assert.match(refused[0]?.message ?? '', /no slot of it: what was written since then never comes/);

    const shop = await servers.standby.connect({ user: 'shop', password: 'only for this test' });
    const served = await servers.plan({ copyAnew: true });
    assert.deepEqual(
      [served.steps, served.refused.map(({ message }) => message)],
      [[], ['serves shop: it is not emptied']],
    );
    await shop.end();

    await waitUntil('it is gone', async () => (await servers.plan({ copyAnew: true })).refused.length === 0);
    const { taken } = await servers.setUp({ copyAnew: true });
    assert.equal(taken.at(-1), 'standby: subscription with its slot and first copy');
    await isSound();
    const { rows } = await servers.standby.asSuperuser((client) => client.query('select id from lines where id > 19'));
    assert.deepEqual(rows, [{ id: 20 }, { id: 21 }]);
    assert.deepEqual(await servers.plan(), { steps: [], refused: [] });
  });
});
