import assert from 'node:assert/strict';
import type pg from 'pg';
import { findStranded } from '../../../shared/pg/stranded/find-stranded.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const tables = `create table first (id int primary key, note text); create table second (like first including all);
  insert into first values (1, 'both have it'); insert into second values (1, 'both have it')`;

describe('rows that an old primary has alone', () => {
  let server: RdsLikeServer;
  let old: pg.Client;
  let current: pg.Client;
  let partedAt: string;

  beforeAll(async () => {
    server = await startRdsLikeServer();
    old = await server.connect();
    await old.query('create database promoted');
    current = await server.connect({ database: 'promoted' });
    for (const side of [old, current]) await side.query(tables);
    await old.query('create role reader login password $$a-password$$; grant select on second to reader');
    const { rows } = await old.query<{ snapshot: string }>('select pg_current_snapshot()::text as snapshot');
    partedAt = rows[0]?.snapshot ?? '';
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  test('are none where both sides hold the same', async () => {
    assert.deepEqual(await findStranded(old, current, partedAt), {
      ...{ rows: 0, tables: [], heartbeats: [], notRead: [], transactions: 0 },
    });
  });

  test('are not known of a table that may not be read, which is named', async () => {
    const reader = await server.connect({ user: 'reader', password: 'a-password' });
    const { tables: found, notRead } = await findStranded(reader, current, partedAt);
    assert.deepEqual([found, notRead], [[], [{ what: 'public.first', why: 'the role may not read it' }]]);
  });

  test('are found when they are committed while somebody looks: of the table that is read next, and what was changed', async () => {
    const writer = await server.connect();
    await writer.query("insert into first values (2, 'before the look')");
    let reads = 0;
    const look: Pick<pg.Client, 'query'> = {
      query: (async (text: string, values?: unknown[]) => {
        if (/from only \S*second/.test(text)) {
          reads += 1;
          await writer.query("insert into second values (2, 'while somebody looks')");
          await writer.query("update second set note = 'changed' where id = 1");
        }
        return old.query(text, values);
      }) as pg.Client['query'],
    };
    const found = await findStranded(look as pg.Client, current, partedAt);
    assert.equal(reads, 1);
    assert.deepEqual(
      found.tables.map(({ table, onlyThere, differs, first }) => ({ table, onlyThere, differs, first })),
      [
        { table: 'public.first', onlyThere: 1, differs: 0, first: [['2']] },
        { table: 'public.second', onlyThere: 1, differs: 1, first: [['1'], ['2']] },
      ],
    );
    assert.deepEqual([found.rows, found.transactions, found.notRead], [3, 3, []]);
  });
});
