import assert from 'node:assert/strict';
import type pg from 'pg';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { describeCatalogueRows } from '../../../shared/pg/witness/catalogue-names.ts';
import {
  type CatalogueRelation,
  catalogueRelationsSql,
  readCatalogueRelations,
} from '../../../shared/pg/witness/catalogue-relations.ts';
import { excusedCatalogues, excusedColumns } from '../../../shared/pg/witness/catalogue-rules.ts';
import { listSql, sumSql } from '../../../shared/pg/witness/row-hash.ts';
import { kitchenSql } from '../../support/postgres/catalogue-damages.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const everyBlock = { firstBlock: 0, endBlock: null };

describe('the catalogues of the running server', () => {
  let server: RdsLikeServer;
  let client: pg.Client;

  beforeAll(async () => {
    server = await startRdsLikeServer();
    await server.asSuperuser((superuser) => superuser.query(kitchenSql().replaceAll('database own', 'database app')));
    const master = await server.connect();
    await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app' }));
    await master.query("alter role gameday password 'for a test'");
    client = await server.connect({ user: 'gameday', password: 'for a test', options: "-c search_path=''" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const relations = async (): Promise<CatalogueRelation[]> =>
    readCatalogueRelations((await client.query<Record<string, unknown>>(catalogueRelationsSql)).rows);

  const sums = async () => {
    const found = new Map<string, string>();
    for (const relation of await relations()) {
      const { rows } = await client.query<{ rows: string; sum: string }>(sumSql(relation, everyBlock));
      found.set(relation.table, `${rows[0]?.rows} ${rows[0]?.sum}`);
    }
    return found;
  };

  test('each is compared with every column, or excused with a reason', async () => {
    const { rows } = await client.query<{ name: string; columns: string[] }>(`
      select c.relname as name, array_agg(a.attname::text order by a.attname) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind = 'r' and c.relnamespace = 'pg_catalog'::regnamespace group by 1`);
    assert.ok(rows.length >= 64, `${rows.length} catalogues`);
    const compared = new Map((await relations()).map((relation) => [relation.table, relation]));
    for (const { name, columns } of rows) {
      if (Object.hasOwn(excusedCatalogues, name)) continue;
      const relation = compared.get(`pg_catalog.${name}`);
      assert.ok(relation, `'${name}' is neither compared nor excused`);
      const excused = Object.keys(excusedColumns[name] ?? {});
      const covered = new Set([...relation.columns.map((column) => column.name), ...excused]);
      assert.deepEqual(
        columns.filter((column) => !covered.has(column)),
        [],
        `columns of '${name}'`,
      );
      assert.equal(relation.gap, undefined, name);
    }
  });

  test('one that a later server brings is compared without anybody adding it', async () => {
    await server.asSuperuser((superuser) =>
      superuser.query('set allow_system_table_mods = on; create table pg_catalog.pg_later (oid oid, latername name)'),
    );
    const later = (await relations()).find(({ table }) => table === 'pg_catalog.pg_later');
    assert.deepEqual(
      later?.columns.map(({ name }) => name),
      ['oid', 'latername'],
    );
    await server.asSuperuser((superuser) =>
      superuser.query('set allow_system_table_mods = on; drop table pg_catalog.pg_later'),
    );
  });

  test('what PostgreSQL itself does to a copy changes none of them, nor do the objects of a session', async () => {
    const earlier = await sums();
    const session = await server.connect();
    await server.asSuperuser((superuser) =>
      superuser.query(
        `insert into k.t select g, 'more', 'more' from generate_series(2000, 9000) g; delete from k.t where id > 1500`,
      ),
    );
    await server.asSuperuser((superuser) => superuser.query('vacuum (freeze, analyze)'));
    await session.query(`
      create temp table parent (id serial primary key, v text not null default 'x' check (v <> 'y'));
      create temp table child (parent int references parent on delete cascade, unique (parent));
      create temp view seen as select id from parent;
      create type pg_temp.mood as enum ('good', 'bad'); create domain pg_temp.small as int check (value < 10);
      create type pg_temp.pair as (a int, b text); create type pg_temp.span as range (subtype = int);
      create function pg_temp.f(int) returns int language sql as 'select 1';
      create aggregate pg_temp.total(int) (sfunc = int4pl, stype = int);
      create operator pg_temp.=== (leftarg = int, rightarg = int, function = int4eq);
      create temp table parted (a int) partition by range (a);
      create temp table part partition of parted for values from (0) to (10);
      create temp table heir () inherits (parent);
      create function pg_temp.trg() returns trigger language plpgsql as 'begin return new; end';
      create trigger tr before update on parent for each row execute function pg_temp.trg();
      create rule ru as on update to child do instead nothing;
      create statistics pg_temp.st on id, v from parent; comment on table parent is 'mine';
      grant select on parent to public; create index on parent ((lower(v))); create policy p on parent using (true)`);
    const later = await sums();
    for (const [table, sum] of earlier) assert.equal(later.get(table), sum, table);
    assert.ok(earlier.size > 60, `${earlier.size} catalogues`);
  });

  test('privileges are compared by the ids of roles, to the grant option, and none is not the default', async () => {
    const changed = async (sql: string) => {
      const earlier = await sums();
      await server.asSuperuser((superuser) => superuser.query(sql));
      const later = await sums();
      return [...earlier.keys()].filter((table) => later.get(table) !== earlier.get(table));
    };
    assert.deepEqual(await changed('alter role k_reader rename to k_renamed'), ['pg_catalog.pg_authid']);
    assert.deepEqual(await changed('grant select on k.t to k_renamed with grant option'), ['pg_catalog.pg_class']);
    assert.deepEqual(await changed("update pg_class set relacl = '{}' where oid = 'k.child'::regclass"), [
      'pg_catalog.pg_class',
    ]);
  });

  test('every row of them has the name of an object, but for those that are about none', async () => {
    const nameless: string[] = [];
    for (const relation of await relations()) {
      const { rows } = await client.query<{ ctid: string }>(listSql(relation, everyBlock, 'true', 200));
      const ctids = rows.map(({ ctid }) => ctid);
      const names = await describeCatalogueRows(client, relation.table, ctids);
      if (names.size < ctids.length) nameless.push(relation.table);
    }
    // A setting of all roles belongs to none.
    assert.deepEqual(nameless, ['pg_catalog.pg_db_role_setting', 'pg_catalog.pg_replication_origin']);
  });
});
