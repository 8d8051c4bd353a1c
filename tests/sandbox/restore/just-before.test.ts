import assert from 'node:assert/strict';
import type pg from 'pg';
import { applyBootstrap, planBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { markersKept } from '../../../shared/pg/bootstrap/marker-sql.ts';
import { lookUpMarker, lookUpTransaction } from '../../../shared/pg/just-before/look-up-event.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const password = 'a-password';
const denied = /permission denied/;

describe('what the source knows of its events', () => {
  let server: RdsLikeServer;
  let master: pg.Client;
  let reader: pg.Client;
  let deployer: pg.Client;
  const steps = bootstrapSql({ role: 'gameday', database: 'app', markerRoles: ['deployer'] });

  beforeAll(async () => {
    server = await startRdsLikeServer({ settings: { track_commit_timestamp: 'on' } });
    master = await server.connect();
    await master.query(`create role deployer login password '${password}'; create table orders (id int)`);
    await applyBootstrap(master, steps);
    await master.query(`alter role gameday password '${password}'`);
    reader = await server.connect({ user: 'gameday', password });
    deployer = await server.connect({ user: 'deployer', password });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const transaction = async (end: 'commit' | 'rollback') => {
    await master.query('begin; insert into orders values (1)');
    const { rows } = await master.query<{ id: string; low: string }>(
      'select pg_current_xact_id()::text as id, pg_current_xact_id()::xid::text as low',
    );
    await master.query(end);
    return rows[0] ?? { id: '', low: '' };
  };

  test('is the commit of a transaction, by its whole id and by its 32 bits, to the microsecond', async () => {
    const { id, low } = await transaction('commit');
    const { rows } = await master.query<{ at: Date }>('select pg_xact_commit_timestamp($1::xid) as at', [low]);
    for (const asked of [id, low]) {
      const found = await lookUpTransaction(reader, asked);
      assert.deepEqual([found?.isTracked, found?.status], [true, 'committed']);
      assert.match(found?.committedAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      assert.equal(Date.parse(found?.committedAt ?? ''), rows[0]?.at.getTime());
    }
  });

  test('is none of what was rolled back, has not ended, or has not begun', async () => {
    const { id } = await transaction('rollback');
    assert.deepEqual(await lookUpTransaction(reader, id), { isTracked: true, status: 'aborted', committedAt: null });
    await deployer.query("begin; select gameday.mark('open')");
    try {
      const { rows } = await deployer.query<{ id: string }>('select pg_current_xact_id()::text as id');
      const open = rows[0]?.id ?? '';
      assert.equal((await lookUpTransaction(reader, open))?.status, 'in progress');
      // The ids behind the last that has ended: some have begun, and one of them more.
      await master.query('begin; select pg_current_xact_id(); rollback');
      assert.equal((await lookUpTransaction(reader, open))?.status, 'in progress');
      for (const ahead of [1_000_000n, 2n ** 32n])
        assert.equal(await lookUpTransaction(reader, String(BigInt(id) + ahead)), undefined);
    } finally {
      await deployer.query('rollback');
    }
    assert.deepEqual(await lookUpMarker(reader, 'open', 'gameday'), [], 'what is rolled back was never marked');
  });

  test('is a marker, which nobody writes but by the function, and nobody calls who was not named', async () => {
    const { rows } = await deployer.query<{ at: Date }>("select gameday.mark('release 42') as at");
    const found = await lookUpMarker(reader, 'release 42', 'gameday');
    assert.deepEqual(
      found?.map(({ at }) => Date.parse(at)),
      [rows[0]?.at.getTime()],
    );
    await assert.rejects(deployer.query("insert into gameday.marker (name, at, xid) values ('x', now(), '1')"), denied);
    await assert.rejects(deployer.query('select * from gameday.marker'), denied);
    await assert.rejects(deployer.query('update gameday.heartbeat set beat = 0'), denied);
    await assert.rejects(reader.query("select gameday.mark('x')"), denied);
    for (const name of ["''", "repeat('x', 201)", 'null'])
      await assert.rejects(deployer.query(`select gameday.mark(${name})`), /expected 1 to 200/);
  });

  test('is kept within bounds, the newest of it', async () => {
    await deployer.query(`select gameday.mark('many ' || n) from generate_series(1, ${markersKept}) n`);
    const { rows } = await master.query<{ kept: number }>('select count(*)::int as kept from gameday.marker');
    assert.equal(rows[0]?.kept, markersKept);
    assert.deepEqual(await lookUpMarker(reader, 'release 42', 'gameday'), []);
    assert.equal((await lookUpMarker(reader, `many ${markersKept}`, 'gameday'))?.length, 1);
  });

  test('is there once, when the bootstrap runs again, and is mended where somebody has opened it', async () => {
    const missing = async () =>
      (await planBootstrap(master, steps)).filter(({ satisfied, optional }) => !satisfied && !optional);
    assert.deepEqual(await missing(), []);
    await master.query('grant execute on function gameday.mark(text) to public');
    assert.deepEqual(
      (await missing()).map(({ title }) => title),
      ['function gameday.mark'],
    );
    await applyBootstrap(master, steps);
    await assert.rejects(reader.query("select gameday.mark('x')"), denied);
  });

  test('is not read through what a stranger has put in the place of the table', async () => {
    await master.query(`create role stranger; grant stranger to postgres; alter table gameday.marker rename to marker_of_ours;
      grant usage, create on schema gameday to stranger; set role stranger;
      create view gameday.marker as select 1::bigint as number, 'x'::text as name, now() as at; reset role`);
    await assert.rejects(lookUpMarker(reader, 'x', 'gameday'), { name: 'ForeignObjectError' });
    await master.query(
      'set role stranger; drop view gameday.marker; reset role; revoke all on schema gameday from stranger',
    );
    assert.equal(await lookUpMarker(reader, 'x', 'gameday'), null, 'there is no table of markers');
  });
});
