import assert from 'node:assert/strict';
import type pg from 'pg';
import { everyTypeSql } from '../../support/postgres/column-types.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { ODD_NAMES, tableShapesSql } from '../../support/postgres/table-shapes.ts';

type Coverage = { readonly type: string; readonly non_null: string; readonly note: string | null };

const SUPERUSER_ONLY = ['gtsvector', 'pg_brin_bloom_summary', 'pg_brin_minmax_multi_summary', 'pg_mcv_list'];
/** Their rows contain anyarray, which no column may. */
const NO_COLUMNS = [
  'row of pg_attribute',
  'row of pg_statistic',
  'row of pg_statistic_ext_data',
  'row of pg_stats',
  'row of pg_stats_ext_exprs',
];

describe('the schema of every column type', () => {
  let server: RdsLikeServer;

  beforeAll(async () => {
    server = await startRdsLikeServer();
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function withoutValues(client: pg.Client): Promise<string[]> {
    const { rows } = await client.query<Coverage>(
      'select type, non_null, note from every_type.coverage where non_null = 0 order by type',
    );
    assert.ok(
      rows.every(({ note }) => note !== null),
      'a type without a value has no reason',
    );
    return rows.map(({ type }) => type);
  }

  test('has a value of every type that can be a column, for a superuser', async () => {
    await server.asSuperuser((client) => client.query('create database of_superuser'), 'postgres');
    await server.asSuperuser(async (client) => {
      await client.query(everyTypeSql());
      assert.deepEqual(await withoutValues(client), NO_COLUMNS);
      const { rows } = await client.query<{ type: string }>(
        `select typname as type from pg_type where typnamespace = 'pg_catalog'::regnamespace and typtype in ('b', 'r', 'm', 'e') and typcategory <> 'A'
         except select type from every_type.coverage`,
      );
      assert.deepEqual(rows, []);
      await readAll(client, 'every_type');
    }, 'of_superuser');
  });

  test('lacks only values that no user can make, for the master user', async () => {
    const client = await server.connect();
    await client.query(everyTypeSql());
    assert.deepEqual(await withoutValues(client), [...SUPERUSER_ONLY, ...NO_COLUMNS]);
  });

  test('has tables of every shape, for the master user', async () => {
    const client = await server.connect();
    await client.query(tableShapesSql({ foreignTable: true }));
    const tables = await readAll(client, 'every_shape');
    for (const name of ODD_NAMES) {
      assert.ok(tables.has(name), `no table '${name}'`);
      assert.equal(tables.get(name), 2);
    }
    assert.equal(tables.get('zero_columns'), 2);
    assert.equal(tables.get('only_dropped_columns'), 2);
    assert.equal(tables.get('emptied'), 0);
    assert.equal(tables.get('widest'), 2);
    const { rows } = await client.query<{ bytes: number }>(
      'select max(octet_length(extended)) as bytes from every_shape.toasted',
    );
    assert.ok((rows[0]?.bytes ?? 0) > 100_000);
    const objects = await client.query('select oid from pg_largeobject_metadata');
    assert.equal(objects.rowCount, 3);
  });
});

/** Reads all rows of all tables as text, and gives the number of rows in each, children not included. */
async function readAll(client: pg.Client, schema: string): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = $1::regnamespace and relkind = 'r' order by 1`,
    [schema],
  );
  const counts = new Map<string, number>();
  for (const { name } of rows) {
    const quoted = `${schema}.${client.escapeIdentifier(name)}`;
    const table = await client.query<{ rows: number }>(
      `select count(*)::integer as rows, sum(length(whole::text)) from only ${quoted} whole`,
    );
    counts.set(name, table.rows[0]?.rows ?? -1);
  }
  return counts;
}
