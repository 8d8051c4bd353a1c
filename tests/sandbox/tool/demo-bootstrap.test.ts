import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import type pg from 'pg';
import { loadDemo } from '../../../sandbox/demo/load.ts';
import { applyBootstrap, planBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { parseRelations, relationsSql } from '../../../shared/pg/witness/relations.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const PASSWORD = 'only for this test';
const DENIED = { code: '42501' };

describe('the bootstrap of a database', () => {
  const steps = bootstrapSql({ role: 'gameday', database: 'app' });
  let server: RdsLikeServer;
  let master: pg.Client;
  let gameday: pg.Client;
  let firstRun: Awaited<ReturnType<typeof applyBootstrap>>;

  beforeAll(async () => {
    server = await startRdsLikeServer();
    master = await server.connect();
    await loadDemo(master, { megabytes: 5 });
    firstRun = await applyBootstrap(master, steps);
    await master.query(`alter role gameday password '${PASSWORD}'`);
    gameday = await server.connect({ user: 'gameday', password: PASSWORD });
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test('takes every step as the master user of RDS, except BYPASSRLS', () => {
    for (const { title, outcome } of firstRun) {
      const expected = title.startsWith('BYPASSRLS') ? 'refused' : title.startsWith('nothing ') ? 'present' : 'applied';
      assert.equal(outcome, expected, title);
    }
  });

  test('finds everything present when it runs again', async () => {
    const again = await applyBootstrap(master, steps);
    assert.deepEqual(
      again.filter(({ outcome }) => outcome !== 'present').map(({ outcome }) => outcome),
      ['refused'],
    );
  });

  test('runs twice at the same time without a collision', async () => {
    await master.query('create database twice');
    const twice = bootstrapSql({ role: 'gameday', database: 'twice' });
    const sessions = await Promise.all([1, 2, 3].map(() => server.connect({ database: 'twice' })));
    const runs = await Promise.all(sessions.map((session) => applyBootstrap(session, twice)));
    assert.equal(runs.length, 3);
    const planned = await Promise.all(sessions.map((session) => planBootstrap(session, twice)));
    assert.ok(planned.flat().every(({ satisfied, optional }) => satisfied || optional));
  });

  test('gives every table of the master user a policy, whatever tables of others there are, and names those', async () => {
    await master.query('create database owned');
    await server.asSuperuser(
      (client) =>
        client.query(`create role other_team; create schema team authorization other_team;
create table team.t(a int); alter table team.t owner to other_team; alter table team.t enable row level security;
${['r1', 'r2', 'r3']
  .map(
    (name) =>
      `create table public.${name}(a int); alter table ${name} owner to postgres; alter table ${name} enable row level security; insert into ${name} values (1)`,
  )
  .join(';')}`),
      'owned',
    );
    const session = await server.connect({ database: 'owned' });
    const applied = await applyBootstrap(session, bootstrapSql({ role: 'gameday', database: 'owned' }));
    const policy = applied.find(({ title }) => title.startsWith('policy '));
    assert.deepEqual(
      [policy?.outcome, policy?.detail],
      ['refused', 'left out, for their owners to do: team.t of owner other_team'],
    );
    const reader = await server.connect({ database: 'owned', user: 'gameday', password: PASSWORD });
    const { rows } = await reader.query('select * from r1 union all select * from r2 union all select * from r3');
    assert.equal(rows.length, 3);
    const { rows: relations } = await reader.query<Record<string, unknown>>(relationsSql);
    const gaps = parseRelations(relations, 'gameday').map(({ table, gap }) => `${table}: ${gap ?? 'seen whole'}`);
    assert.deepEqual(gaps.sort(), [
      'public.r1: seen whole',
      'public.r2: seen whole',
      'public.r3: seen whole',
      'team.t: has row-level security that hides rows from the role',
    ]);
    await Promise.all([session.end(), reader.end()]);
  });

  test('plans without changing anything', async () => {
    await master.query('create database planned');
    const session = await server.connect({ database: 'planned' });
    const plan = bootstrapSql({ role: 'somebody_else', database: 'planned' });
    const planned = await planBootstrap(session, plan);
    // An empty database has no table with row-level security.
    assert.deepEqual(
      planned.filter(({ satisfied }) => satisfied).map(({ title }) => title),
      ['policy gameday_reads_every_row', 'nothing of a stranger in schema gameday'],
    );
    const { rows } = await session.query(
      `select to_regnamespace('gameday') as schema, to_regrole('somebody_else') as role`,
    );
    assert.deepEqual(rows, [{ schema: null, role: null }]);
  });

  test('at the command line shows a plan, takes the steps when asked to, and then finds nothing missing', async () => {
    await master.query('create database commanded');
    const { host, port, user, password } = server.master;
    const url = `postgres://${user}@${host}:${port}/commanded`;
    const bootstrap = (...words: string[]) =>
      new Promise<{ code: number; text: string }>((resolve) => {
        const file = new URL('../../../operator/bootstrap/bootstrap-database.ts', import.meta.url).pathname;
        const env = {
          ...process.env,
          PGPASSWORD: String(password),
          PGSSLROOTCERT: server.certificateAuthorityPath,
        };
        execFile(process.execPath, [file, 'commanded', ...words], { env }, (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
        );
      });
    const planned = await bootstrap('--url', url);
    assert.equal(planned.code, 1, planned.text);
    assert.match(planned.text, /✚ missing {3}table gameday\.heartbeat\n.*one row/);
    assert.match(planned.text, /\n9 missing; --apply takes them\./);
    const applied = await bootstrap('--url', url, '--apply');
    assert.equal(applied.code, 0, applied.text);
    assert.match(applied.text, /✔ applied {3}table gameday\.heartbeat\n/);
    const again = await bootstrap('--url', url);
    assert.deepEqual([again.code, /Nothing is missing\./.test(again.text)], [0, true], again.text);
    const other = await bootstrap('--url', url.replace('commanded', 'app'));
    assert.deepEqual(
      [other.code, other.text],
      [2, "error: --url names database 'app', the command is about 'commanded'\n"],
    );
    const printed = await bootstrap('--sql');
    assert.match(printed.text, /^\\set ON_ERROR_STOP on\n[\s\S]*create table if not exists gameday\.heartbeat/);
  });

  test('repairs what was taken away', async () => {
    await master.query('revoke update on gameday.heartbeat from gameday; drop function gameday.check_heap');
    const unsatisfied = (await planBootstrap(master, steps)).filter(
      ({ satisfied, optional }) => !satisfied && !optional,
    );
    assert.deepEqual(
      unsatisfied.map(({ title }) => title),
      ['SELECT, INSERT, UPDATE on gameday.heartbeat', 'function gameday.check_heap'],
    );
    await applyBootstrap(master, steps);
    assert.ok((await planBootstrap(master, steps)).every(({ satisfied, optional }) => satisfied || optional));
  });

  test('holds no password', () => {
    assert.ok(steps.every(({ sql }) => !/password/i.test(sql)));
  });

  test('lets the role read every row of every table', async () => {
    const { rows } = await gameday.query<{ name: string }>(
      `select format('%s.%I', relnamespace::regnamespace, relname) as name from pg_class
        where relkind in ('r', 'p', 'm', 'v') and oid >= 16384 and relnamespace::regnamespace::text !~ '^pg_'`,
    );
    assert.ok(rows.length >= 45);
    for (const { name } of rows) {
      const count = `select count(*)::integer as rows from ${name}`;
      const all = await server.asSuperuser((superuser) => superuser.query(count));
      assert.deepEqual((await gameday.query(count)).rows, all.rows, name);
    }
  });

  test('serves a table that gets row-level security later when it runs again, and only for reading', async () => {
    await master.query(
      `create table fantasy.late as select 1 as id; alter table fantasy.late enable row level security`,
    );
    const count = 'select count(*)::integer as rows from fantasy.late';
    assert.deepEqual((await gameday.query(count)).rows, [{ rows: 0 }]);
    const unsatisfied = (await planBootstrap(master, steps)).filter(({ satisfied }) => !satisfied);
    assert.deepEqual(
      unsatisfied.map(({ title }) => title),
      ['BYPASSRLS for "gameday"', 'policy gameday_reads_every_row'],
    );

    await applyBootstrap(master, steps);

    assert.deepEqual((await gameday.query(count)).rows, [{ rows: 1 }]);
    await assert.rejects(gameday.query('delete from fantasy.late'), DENIED);
  });

  test('gives the role no way to write, own or create anything but the heartbeat', async () => {
    const { rows: writable } = await gameday.query(
      `select format('%s.%s', c.relnamespace::regnamespace, c.relname) as name, p.privilege from pg_class c,
              (values ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER'), ('REFERENCES')) p (privilege)
        where c.relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
          and has_table_privilege(c.oid, p.privilege) order by 1, 2`,
    );
    assert.deepEqual(writable, [
      { name: 'gameday.heartbeat', privilege: 'INSERT' },
      { name: 'gameday.heartbeat', privilege: 'UPDATE' },
    ]);
    const { rows: creatable } = await gameday.query(
      `select nspname from pg_namespace where has_schema_privilege(oid, 'CREATE') and nspname !~ '^pg_'`,
    );
    assert.deepEqual(creatable, []);
    await assert.rejects(gameday.query('update fantasy.teams set wins = 0'), DENIED);
    await assert.rejects(gameday.query('create table public.mine (id integer)'), DENIED);
    await assert.rejects(gameday.query('create role another'), DENIED);
    await assert.rejects(gameday.query(`select setval('fantasy.invitation_numbers', 1)`), DENIED);
    await assert.rejects(gameday.query('delete from gameday.heartbeat'), DENIED);
  });

  test('lets the role beat', async () => {
    const beat = `insert into gameday.heartbeat (name, beat, at, lsn, xid)
      values ('proof', 1, clock_timestamp(), pg_current_wal_insert_lsn(), pg_current_xact_id())
      on conflict (name) do update set beat = heartbeat.beat + 1, at = excluded.at, lsn = excluded.lsn, xid = excluded.xid
      returning beat`;
    assert.deepEqual((await gameday.query(beat)).rows, [{ beat: '1' }]);
    assert.deepEqual((await gameday.query(beat)).rows, [{ beat: '2' }]);
  });

  test('lets the role check indexes and tables of others, only through our functions', async () => {
    await gameday.query(`select gameday.check_btree('stats.stat_lines_2024_10_pkey', heapallindexed => true)`);
    await gameday.query(`select gameday.check_gin('league.players_search')`);
    const { rows } = await gameday.query(`select * from gameday.check_heap('league.players')`);
    assert.deepEqual(rows, []);
    await assert.rejects(gameday.query(`select gameday.bt_index_check('stats.stat_lines_2024_10_pkey', true)`), DENIED);
    await assert.rejects(
      gameday.query(`select gameday.bt_index_parent_check('stats.stat_lines_2024_10_pkey')`),
      DENIED,
    );
    await assert.rejects(
      gameday.query(`select gameday.check_btree('league.players_search')`),
      /expected "btree" index|not a B-Tree/i,
    );
  });

  test('keeps its functions from the public', async () => {
    const { rows } = await master.query(
      `select proname, has_function_privilege('demo_reader', oid, 'EXECUTE') as open from pg_proc where pronamespace = 'gameday'::regnamespace and proname like 'check%' order by 1`,
    );
    assert.deepEqual(
      rows,
      ['check_btree', 'check_gin', 'check_heap'].map((proname) => ({ proname, open: false })),
    );
  });

  test('uses an amcheck that is there already, wherever it is', async () => {
    await master.query('create database elsewhere');
    const session = await server.connect({ database: 'elsewhere' });
    await session.query('create schema "Existing Tools"; create extension amcheck schema "Existing Tools"');
    await applyBootstrap(session, bootstrapSql({ role: 'gameday', database: 'elsewhere' }));
    const reader = await server.connect({ user: 'gameday', password: PASSWORD, database: 'elsewhere' });
    await reader.query(`select gameday.check_btree('gameday.heartbeat_pkey')`);
  });

  test('takes names that need quotes', async () => {
    const database = `it's "odd"`;
    await master.query(`create database ${master.escapeIdentifier(database)}`);
    const session = await server.connect({ database });
    const applied = await applyBootstrap(session, bootstrapSql({ role: `game"day's`, database }));
    assert.ok(applied.every(({ title, outcome }) => outcome !== 'present' || /^(policy|nothing) /.test(title)));
  });

  test('refuses a role that can do more than read', async () => {
    await master.query('create role too_strong login createdb');
    await assert.rejects(applyBootstrap(master, bootstrapSql({ role: 'too_strong', database: 'app' })), {
      name: 'BootstrapFailedError',
      message: /HINT: Choose another role name/,
    });
  });
});
