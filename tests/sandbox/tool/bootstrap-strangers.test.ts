import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import pg from 'pg';
import { applyBootstrap, planBootstrap, setSearchPath } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { foreignObjects } from '../../../shared/pg/bootstrap/foreign-objects.ts';
import { readBootstrapVersion } from '../../../shared/pg/bootstrap/version.ts';
import { startHeart } from '../../../shared/pg/witness/heartbeat.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { strangers } from '../../support/postgres/strangers.ts';
import { plantTrojans } from '../../support/postgres/trojans.ts';

const PASSWORD = 'only for this test';
const everyCapability = {
  monitor: {},
  maintain: {},
  fence: { roles: ['shop'] },
  replicate: { publication: 'of_shop' },
  restore: {},
};

describe('a bootstrap among strangers', () => {
  let server: RdsLikeServer;
  let master: pg.Client;

  beforeAll(async () => {
    server = await startRdsLikeServer();
    master = await server.connect();
    await master.query(`create role mallory login password '${PASSWORD}'; create role shop login`);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  /** A database in which mallory may create, as an application often may; answers a session of mallory's. */
  async function ofMallory(database: string) {
    await master.query(`create database ${master.escapeIdentifier(database)}`);
    await master.query(`grant create on database ${master.escapeIdentifier(database)} to mallory`);
    await server.asSuperuser((superuser) => superuser.query('grant create on schema public to public'), database);
    return await server.connect({ database, user: 'mallory', password: PASSWORD });
  }

  const caught = async (mallory: pg.Client) =>
    (await mallory.query<{ what: string }>('select distinct what from public.caught order by 1')).rows.map(
      ({ what }) => what,
    );

  describe('who plants functions and operators', () => {
    let mallory: pg.Client;
    const steps = bootstrapSql({ role: 'gameday', database: 'planted', capabilities: everyCapability });

    beforeAll(async () => {
      mallory = await ofMallory('planted');
      const text = steps.map(({ sql, check }) => `${sql} ${check}`).join('\n');
      assert.ok((await plantTrojans(mallory, text)) > 150);
      await master.query('alter database planted set search_path = public, pg_catalog');
    });

    test('has them called by whoever looks at no path', async () => {
      const careless = await server.connect({ database: 'planted' });
      await careless.query(`select format('%I', 'a'::name), 'a'::name = 'b'::name`);
      assert.deepEqual(await caught(mallory), ['=', 'format']);
      await mallory.query('delete from public.caught');
    });

    test('sees none called by the plan, by what is applied, or by what is printed for psql', async () => {
      const session = await server.connect({ database: 'planted' });
      await planBootstrap(session, steps);
      assert.deepEqual(await caught(mallory), []);

      const { host, port, user, password } = server.master;
      const file = new URL('../../../operator/bootstrap/bootstrap-database.ts', import.meta.url).pathname;
      const words = ['monitor', 'maintain', 'fence', 'remedy', 'replicate', 'restore'].flatMap((name) => [
        '--capability',
        name,
      ]);
      const printed = execFileSync(
        process.execPath,
        [file, 'planted', '--sql', ...words, '--fence-role', 'shop', '--publication', 'of_shop'],
        { encoding: 'utf8' },
      );
      assert.ok(printed.indexOf(setSearchPath) < printed.indexOf('create role'));
      const script = printed.replace(/^\\.*$/gm, '').split(/^(?=-- )/m);
      const psql = new pg.Client({ host, port, user, password: String(password), database: 'planted' });
      await psql.connect();
      try {
        for (const part of script) {
          // As psql does: an optional step may be refused.
          await psql.query(part).catch((error: { code?: string }) => {
            assert.ok(part.startsWith('-- BYPASSRLS') || error.code === '42501', `${part}\n${error}`);
          });
        }
      } finally {
        await psql.end();
      }
      assert.deepEqual(await caught(mallory), []);

      await applyBootstrap(session, steps);
      assert.deepEqual(await caught(mallory), []);
      const { rows } = await session.query(`show search_path`);
      assert.deepEqual(rows, [{ search_path: 'public, pg_catalog' }], 'the session has its own path again');
      // As every session of ours is.
      const ours = await server.connect({ database: 'planted', options: "-c search_path=''" });
      assert.deepEqual(await foreignObjects(ours, 'gameday'), []);
      assert.equal(await readBootstrapVersion(ours), 2);
      assert.deepEqual(await caught(mallory), []);
    });
  });

  for (const [index, { title, as, sql, problem, later }] of strangers.entries()) {
    test(`refuses ${title} of a stranger, by name and with the remedy`, async () => {
      const database = `stranger_${index}`;
      const mallory = await ofMallory(database);
      const session = await server.connect({ database });
      const steps = bootstrapSql({ role: 'gameday', database });
      if (later === true) await applyBootstrap(session, steps);
      if (as === 'mallory') await mallory.query(sql);
      else if (as === 'master') await session.query(sql);
      else await server.asSuperuser((superuser) => superuser.query(sql), database);

      const planned = await planBootstrap(session, steps);
      assert.equal(planned.find(({ title: step }) => step.startsWith('nothing of a stranger'))?.satisfied, false);
      await assert.rejects(applyBootstrap(session, steps), (error: Error) => {
        assert.equal(error.name, 'BootstrapFailedError');
        assert.match(error.message, problem);
        assert.match(error.message, /\nHINT: .*(ALTER|DROP|REVOKE|Move) /);
        return true;
      });
    });
  }

  test('is refused by the heartbeat as well, at the moment when our role would write', async () => {
    const mallory = await ofMallory('beating');
    const session = await server.connect({ database: 'beating' });
    await applyBootstrap(session, bootstrapSql({ role: 'gameday', database: 'beating' }));
    await session.query(`alter role gameday password '${PASSWORD}'`);
    process.env['PGSSLROOTCERT'] = server.certificateAuthorityPath;
    const { port = 0 } = server.master;
    const target = { host: '127.0.0.1', port, database: 'beating', user: 'gameday', password: PASSWORD };
    const heart = await startHeart(target, { run: 'run-1', goesOn: false });
    await heart.beat();
    await heart.stop();

    await mallory.query(`create table public.heard (who text); create function public.spy() returns trigger language plpgsql
      as 'begin insert into public.heard values (session_user); return new; end'; grant insert on public.heard to public`);
    await session.query(
      'create trigger spy before insert or update on gameday.heartbeat for each row execute function public.spy()',
    );
    await assert.rejects(startHeart(target, { run: 'run-1', goesOn: false }), {
      name: 'ForeignObjectError',
      message: /^table gameday\.heartbeat has trigger spy, [\s\S]*HINT: DROP TRIGGER spy ON gameday\.heartbeat\./,
    });
    assert.deepEqual((await mallory.query('select * from public.heard')).rows, []);
  });
});
