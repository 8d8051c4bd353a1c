import assert from 'node:assert/strict';
import type pg from 'pg';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { foreignObjects } from '../../../shared/pg/bootstrap/foreign-objects.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

describe('what is called as the fence is', () => {
  let server: RdsLikeServer;
  let master: pg.Client;
  const steps = () => bootstrapSql({ role: 'gameday', database: 'app', capabilities: { fence: { roles: ['shop'] } } });

  beforeAll(async () => {
    server = await startRdsLikeServer();
    master = await server.connect();
    await master.query('create role shop');
    await applyBootstrap(master, steps());
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  for (const [what, plant, undo, problem] of [
    [
      'a grant to a stranger',
      'grant update on gameday.lease to shop',
      'revoke update on gameday.lease from shop',
      /table gameday.lease grants UPDATE to shop/,
    ],
    [
      'a call that PUBLIC may make',
      'grant execute on function gameday.lift_fence(bigint) to public',
      'revoke execute on function gameday.lift_fence(bigint) from public',
      /function gameday.lift_fence\(bigint\) grants EXECUTE to PUBLIC/,
    ],
    [
      'a call that the reader may make',
      'grant execute on function gameday.fence(bigint, boolean) to gameday',
      'revoke execute on function gameday.fence(bigint, boolean) from gameday',
      /function gameday.fence\(bigint,boolean\) grants EXECUTE to gameday,/,
    ],
    [
      'a rule on the lease',
      'create rule quiet as on update to gameday.lease do instead nothing',
      'drop rule quiet on gameday.lease',
      /table gameday.lease has rule quiet/,
    ],
    [
      'a role of a stranger as owner',
      'alter table gameday.fenced_role owner to shop',
      'alter table gameday.fenced_role owner to postgres',
      /table fenced_role in schema gameday belongs to shop/,
    ],
  ] as const) {
    test(`is refused by name: ${what}`, async () => {
      await server.asSuperuser((superuser) => superuser.query(plant));
      const found = await foreignObjects(master, 'gameday');
      await assert.rejects(applyBootstrap(master, steps()), { name: 'BootstrapFailedError', message: problem });
      await server.asSuperuser((superuser) => superuser.query(undo));
      assert.equal(found.length, 1);
      assert.match(found[0]?.problem ?? '', problem);
    });
  }

  test('is mended by the bootstrap where its function was changed', async () => {
    await master.query(`create or replace function gameday.fence_when_stale() returns boolean language sql security definer
      set search_path = pg_catalog, pg_temp as 'select false'`);
    const applied = await applyBootstrap(master, steps());
    assert.deepEqual(
      applied.filter(({ outcome }) => outcome === 'applied').map(({ title }) => title.replace(/ for .*/, '')),
      ['function gameday.fence_when_stale'],
    );
  });
});
