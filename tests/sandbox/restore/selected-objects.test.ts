import assert from 'node:assert/strict';
import type pg from 'pg';
import { portableSum, readPortableColumns } from '../../../shared/pg/portable/portable-sums.ts';
import { mergeTables, refuseRest } from '../../../shared/pg/selected/merge-tables.ts';
import {
  countDifferences,
  dropSideTables,
  loadSideTable,
  type MergedPart,
  makeSideSchema,
  sideName,
} from '../../../shared/pg/selected/side-tables.ts';
import {
  readClosure,
  readMerger,
  readTargetTables,
  whyNotMergeable,
} from '../../../shared/pg/selected/target-tables.ts';
import { dropExpiredUndo, listUndo, undoMerge } from '../../../shared/pg/selected/undo-tables.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const password = 'only for this test';
const selected = ['shop.orders', 'shop.lines'];

/** Foreign keys both ways and to a third table, identity, row-level security, a trigger, a dependent view, a dropped and a generated column. */
const schema = `
create schema shop authorization owner; set role owner;
create table shop.customers (id int primary key, name text);
create table shop.orders (gone int, id int generated always as identity primary key, customer int not null references shop.customers,
  what text, price numeric, first_line int, twice numeric generated always as (price * 2) stored);
alter table shop.orders drop column gone;
create table shop.lines (id int primary key, "order" int not null references shop.orders on delete cascade, what jsonb);
alter table shop.orders add foreign key (first_line) references shop.lines;
create table shop.audit (at timestamptz default now(), what text);
create table shop.notes ("order" int references shop.orders on delete cascade, note text);
create function shop.write_down() returns trigger language plpgsql as $$ begin insert into shop.audit (what) values (tg_op); return new; end $$;
create trigger audit after insert or update or delete on shop.orders for each row execute function shop.write_down();
create trigger quiet before update on shop.orders for each row execute function shop.write_down();
alter table shop.orders disable trigger quiet; alter table shop.orders enable always trigger audit;
alter table shop.orders enable row level security;
create policy nobody on shop.orders for all to app using (customer = 1);
create view shop.totals as select customer, sum(price) as total from shop.orders group by customer;
insert into shop.customers select n, 'c' || n from generate_series(1, 10) n;
insert into shop.orders (customer, what, price) select n % 10 + 1, 'o' || n, n from generate_series(1, 2000) n;
insert into shop.lines select n, (n - 1) / 2 + 1, jsonb_build_object('n', n) from generate_series(1, 4000) n;
update shop.orders set first_line = id * 2 - 1;
reset role;`;
const damage = `set role owner;
update shop.orders set first_line = null where id % 100 = 0; delete from shop.orders where id % 100 = 0;
update shop.orders set price = price + 1 where id % 100 = 1; update shop.lines set what = '{"n": 1.0}' where id % 100 = 7;
insert into shop.orders (customer, what, price) values (1, 'new', 1), (2, 'new', 2); reset role;`;

describe('selected objects of a restored database', () => {
  let server: RdsLikeServer;
  let live: pg.Client;
  let restored: pg.Client;
  let owner: pg.Client;

  beforeAll(async () => {
    server = await startRdsLikeServer();
    for (const statement of [
      `create role owner login password '${password}'`,
      'create role app',
      `create role gameday_restore login password '${password}'`,
      'create database shop owner owner',
    ])
      await server.asSuperuser((client) => client.query(statement));
    await server.asSuperuser((client) => client.query(schema), 'shop');
    await server.asSuperuser((client) => client.query('create database restored template shop'));
    await server.asSuperuser((client) => client.query(damage), 'shop');
    live = await server.connect({ database: 'shop', user: 'gameday_restore', password });
    restored = await server.connect({ database: 'restored', user: 'owner', password });
    owner = await server.connect({ database: 'shop', user: 'owner', password });
    for (const client of [live, restored, owner]) await client.query('set search_path = pg_catalog');
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  const everything = [...selected, 'shop.customers', 'shop.audit', 'shop.notes'];
  const sums = async (client: pg.Client) => {
    const columns = await readPortableColumns(client, everything);
    const found = new Map<string, unknown>();
    for (const [table, its] of columns) found.set(table, await portableSum(client, table, its));
    return found;
  };
  const partsOf = async (run: string): Promise<MergedPart[]> => {
    await makeSideSchema(live);
    const targets = await readTargetTables(live, selected);
    const parts = targets.map((target, index) => ({ target, side: sideName(run, index) }));
    for (const { target, side } of parts) await loadSideTable(restored, live, target, side);
    return parts;
  };
  const options = { surplus: 'keep', lockMilliseconds: 20_000, undoDays: 7 } as const;

  test('are refused until their owner has granted what a merge needs, and named with all that foreign keys connect', async () => {
    const target = await readTargetTables(live, ['shop.orders', 'shop.totals', 'shop.none', 'shop.audit']);
    const then = await readTargetTables(restored, ['shop.orders']);
    const reasons = whyNotMergeable(
      ['shop.orders', 'shop.totals', 'shop.none', 'shop.audit'],
      target,
      then,
      await readMerger(live),
    ).map(({ reason }) => reason);
    for (const reason of [
      /may not create in the database/,
      /^of .* only shop.audit, shop.orders, shop.totals are there/,
      /'gameday_restore' is no member of 'owner', who owns shop.orders/,
      /shop.totals is no ordinary table/,
      /shop.audit has no primary key/,
      /shop.audit is not in the restored database/,
    ])
      assert.ok(
        reasons.some((one) => reason.test(one)),
        `${reason}: ${reasons.join('; ')}`,
      );
    await owner.query('grant create on database shop to gameday_restore');
    await server.asSuperuser((client) => client.query('grant owner to gameday_restore'));
    const granted = await readTargetTables(live, selected);
    assert.deepEqual(
      whyNotMergeable(selected, granted, await readTargetTables(restored, selected), await readMerger(live)),
      [],
    );
    const closure = await readClosure(live, ['shop.orders']);
    assert.deepEqual([...new Set(closure.map(({ table, isSelected }) => `${table} ${isSelected}`))].sort(), [
      'shop.customers false',
      'shop.lines false',
      'shop.notes false',
      'shop.orders true',
    ]);
  });

  test('are merged without touching any other table, and taken back as they were', async () => {
    const before = await sums(owner);
    const parts = await partsOf('run-1');
    const differences = [];
    for (const { target, side } of parts) differences.push(await countDifferences(live, target, side));
    assert.deepEqual(differences, [
      { table: 'shop.lines', missing: '40', differing: '40', surplus: '0' },
      { table: 'shop.orders', missing: '20', differing: '20', surplus: '2' },
    ]);
    const merged = await mergeTables(live, parts, { ...options, run: 'run-1', surplus: 'delete' });
    assert.deepEqual(merged, differences);
    const after = await sums(owner);
    const then = await sums(restored);
    for (const table of selected) assert.deepEqual(after.get(table), then.get(table), table);
    for (const table of ['shop.customers', 'shop.audit', 'shop.notes'])
      assert.deepEqual(after.get(table), before.get(table), table);
    const { rows: triggers } = await owner.query(
      `select tgname, tgenabled from pg_trigger where tgrelid = 'shop.orders'::regclass and not tgisinternal order by 1`,
    );
    assert.deepEqual(triggers, [
      { tgname: 'audit', tgenabled: 'A' },
      { tgname: 'quiet', tgenabled: 'D' },
    ]);
    assert.equal((await owner.query('select from shop.totals')).rowCount, 10, 'the view is as it was');
    await owner.query("insert into shop.orders (customer, what) values (1, 'next')");
    await owner.query("delete from shop.orders where what = 'next'");

    assert.deepEqual(await undoMerge(live, 'run-1', 20_000), { 'shop.lines': 80, 'shop.orders': 42 });
    const undone = await sums(owner);
    for (const table of selected) assert.deepEqual(undone.get(table), before.get(table), table);
    await assert.rejects(undoMerge(live, 'run-1', 20_000), /was taken back at .* already/);
    await dropSideTables(
      live,
      parts.map(({ side }) => side),
    );
  });

  test('keep surplus rows unless their deletion is asked for, and are merged once', async () => {
    const parts = await partsOf('run-2');
    const merged = await mergeTables(live, parts, { ...options, run: 'run-2' });
    assert.deepEqual(
      merged.map(({ surplus }) => surplus),
      ['0', '0'],
    );
    assert.equal((await owner.query("select from shop.orders where what = 'new'")).rowCount, 2);
    await assert.rejects(mergeTables(live, parts, { ...options, run: 'run-2' }), /'run-2' has merged already/);
  });

  test('are not taken back where somebody has changed them since, nor carried on into other tables', async () => {
    await owner.query("update shop.orders set what = 'since' where id = 101");
    await assert.rejects(
      undoMerge(live, 'run-2', 20_000),
      /1 rows of shop.orders were changed after 'run-2' had merged them/,
    );
    await owner.query("update shop.orders set what = 'o101' where id = 101");
    await owner.query("insert into shop.notes select id, 'of a surplus row' from shop.orders where what = 'new'");
    await owner.query("insert into shop.notes values (100, 'of a merged row')");
    await assert.rejects(undoMerge(live, 'run-2', 20_000), /would carry the change of shop.orders on into shop.notes/);
    const parts = await partsOf('run-3');
    const before = await sums(owner);
    await assert.rejects(
      mergeTables(live, parts, { ...options, run: 'run-3', surplus: 'delete' }),
      /on into shop.notes/,
    );
    assert.deepEqual(await sums(owner), before);
    await owner.query('delete from shop.notes');
    assert.deepEqual(await undoMerge(live, 'run-2', 20_000), { 'shop.lines': 80, 'shop.orders': 40 });
  });

  test('wait for a lock, and hold it, no longer than they may; then nothing was done', async () => {
    const parts = await partsOf('run-4');
    const before = await sums(owner);
    await owner.query('begin; lock table shop.lines in row exclusive mode');
    await assert.rejects(mergeTables(live, parts, { ...options, run: 'run-4', lockMilliseconds: 200 }), {
      name: 'TableLockedError',
    });
    await owner.query('rollback');
    const slow = { ...options, run: 'run-4', lockMilliseconds: 1 };
    await assert.rejects(mergeTables(live, parts, slow), { name: 'TableLockedError' });
    assert.deepEqual(await sums(owner), before);
    assert.ok(!(await listUndo(live)).some(({ run }) => run === 'run-4'));
  });

  test('are not called merged when they are not as they were restored, or rules change what is written', async () => {
    const parts = await partsOf('run-5');
    for (const part of parts) {
      const query = (text: string) => live.query(text) as never;
      await assert.rejects(refuseRest(query, part, 'keep'), /rows of shop.* are not as they were restored/);
    }
    await owner.query('create rule otherwise as on update to shop.lines do instead nothing');
    const reasons = whyNotMergeable(
      selected,
      await readTargetTables(live, selected),
      await readTargetTables(restored, selected),
      await readMerger(live),
    );
    assert.match(reasons.map(({ reason }) => reason).join(), /^rules of shop.lines change what is written$/);
    await owner.query('drop rule otherwise on shop.lines');
  });

  test('are kept to be taken back for as long as was said', async () => {
    assert.deepEqual(
      (await listUndo(live)).map(({ run }) => run),
      ['run-2', 'run-1'],
    );
    await live.query("update gameday_undo.runs set keep_until = now() - interval '1 s' where run = 'run-1'");
    assert.deepEqual(await dropExpiredUndo(live), ['run-1']);
    const { rows } = await live.query(
      `select relname from pg_class where relnamespace = 'gameday_undo'::regnamespace and relkind = 'r' order by 1`,
    );
    assert.deepEqual(
      rows.map(({ relname }) => relname),
      ['run-2_1_after', 'run-2_1_before', 'run-2_2_after', 'run-2_2_before', 'runs'],
    );
  });
});
