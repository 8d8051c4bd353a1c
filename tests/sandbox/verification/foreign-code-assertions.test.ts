import assert from 'node:assert/strict';
import path from 'node:path';
import type pg from 'pg';
import { connect, resetSession } from '../../../shared/pg/session/connect.ts';
import { withSessionPool } from '../../../shared/pg/session/session-pool.ts';
import { askAssertion } from '../../../shared/pg/verify/ask-assertion.ts';
import { strangersSql, tracesIn } from '../../support/foreign-code.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';

const options = { purpose: 'runs assertions', readOnly: true } as const;

let server: BootstrappedServer;
let client: pg.Client;

beforeAll(async () => {
  server = await startBootstrappedServer(`${strangersSql}
create table app.plain (a int); insert into app.plain values (1);
create table app.indexed (a int, b int); create index indexed_idx on app.indexed (a) where b > app.evil(1);
create table app.parts (a int, b int) partition by list (a);
create table app.part partition of app.parts for values in (1); create index part_idx on app.part (b) where b > app.evil(2);
create view app.seen as select a, app.evil(3) from app.plain;
create view app.over as select a from app.indexed;
create view app.clean as select a from app.plain;
create table app.cast_to_text (p app.pair); insert into app.cast_to_text values (row(1, null));
reset role;
create function public.of_master(int) returns boolean language sql as 'select true'`);
  client = await connect(server.target, options);
});
afterAll(async () => {
  await client.end();
  await server[Symbol.asyncDispose]();
});

const ask = (sql: string, trusted: readonly string[] = []) => askAssertion(client, sql, trusted);
const traces = () => tracesIn(path.join(server.socketDirectory, 'server.log'));

describe('an assertion of operations.yml', () => {
  test('is asked where nothing but PostgreSQL’s own and the master’s code runs', async () => {
    assert.deepEqual(await ask('select count(*) = 1 from app.plain'), { status: 'holds' });
    assert.deepEqual(await ask('select public.of_master(1)'), { status: 'holds' });
    assert.deepEqual(await ask('select count(*) = 1 from app.clean'), { status: 'holds' });
    assert.deepEqual(await ask('select count(*) = 2 from app.plain;'), { status: 'failed', problem: 'does not hold' });
    const broken = await ask('select from nowhere');
    assert.deepEqual(broken, { status: 'failed', problem: 'cannot be asked: relation "nowhere" does not exist' });
  });

  const foreign: Readonly<Record<string, [sql: string, names: RegExp]>> = {
    'an index of its table': ['select count(*) = 0 from app.indexed', /index app\.indexed_idx with function app\.evil/],
    'an index of a partition': ['select count(*) = 0 from app.parts', /index app\.part_idx with function app\.evil/],
    'a view': ['select count(*) = 1 from app.seen', /view app\.seen with function app\.evil/],
    'a table below a view': ['select count(*) = 0 from app.over', /index app\.indexed_idx with/],
    'a cast': [
      'select bool_and(p::text is null) from app.cast_to_text',
      /cast from app\.pair with function app\.evil_text/,
    ],
    'a function that it names': [`select "app"."evil" (4) = 4`, /the assertion itself with function app\.evil/],
  };
  for (const [what, [sql, names]] of Object.entries(foreign)) {
    test(`is not asked where it would run foreign code by ${what}, and says so`, async () => {
      const before = traces();
      const asked = await ask(sql);
      assert.equal(asked.status, 'gap');
      assert.match(asked.problem, /^was not asked: a query would run, as our role, /);
      assert.match(asked.problem, names);
      assert.deepEqual(traces(), before);
      assert.notEqual((await ask(sql, ['app_owner'])).status, 'gap');
    });
  }
});

describe('a session in which code of others has run', () => {
  const spoil = `set timezone = 'Pacific/Chatham'; set search_path = app; set default_transaction_read_only = off;
create temp table pg_class (a int); prepare gd as select 1; listen gd; select pg_advisory_lock(7)`;
  const left = async (session: pg.Client) => {
    const { rows } =
      await session.query(`select current_setting('timezone') as zone, current_setting('search_path') as path,
  current_setting('default_transaction_read_only') as readonly, to_regclass('pg_temp.pg_class')::text as temp,
  (select count(*)::int from pg_prepared_statements) as prepared, (select count(*)::int from pg_listening_channels()) as channels,
  (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks`);
    return rows[0];
  };

  test('is afterwards as it was when it was opened', async () => {
    const session = await connect(server.target, options);
    try {
      const before = await left(session);
      await session.query(`set transaction_read_only = off; ${spoil}`);
      assert.notDeepEqual(await left(session), before);
      await resetSession(session, options);
      assert.deepEqual(await left(session), before);
      assert.equal(before.readonly, 'on');
    } finally {
      await session.end();
    }
  });

  test('is so in a pool before it works again', async () => {
    await withSessionPool(server.target, { ...options, readOnly: false, size: 1 }, async (pool) => {
      const seen: unknown[] = [];
      await pool.forEach([1], async (session) => {
        seen.push(await left(session));
        await session.query(spoil);
      });
      await pool.forEach([1], async (session) => void seen.push(await left(session)));
      assert.deepEqual(seen[1], seen[0]);
    });
  });
});
