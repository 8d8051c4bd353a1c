import assert from 'node:assert/strict';
import type pg from 'pg';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { loadDemo } from '../../../sandbox/demo/load.ts';
import { startWriters, type Writers } from '../../../sandbox/demo/writers.ts';
import { poll } from '../../../sandbox/postgres/poll.ts';
import { note } from '../../support/note.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const BOUND = 20_000;

describe('writers on the demo database', () => {
  let server: RdsLikeServer;
  let client: pg.Client;
  let application: pg.ClientConfig;

  beforeAll(async () => {
    server = await startRdsLikeServer();
    await loadDemo(server.master, { megabytes: 5 });
    client = await server.connect();
    application = await loginOfApplication(server.master);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function number(sql: string): Promise<number> {
    const { rows } = await client.query<{ number: string }>(sql);
    return Number(rows[0]?.number);
  }

  async function untilCommitted(writers: Writers, transactions: number): Promise<void> {
    const reached = await poll(BOUND, () => (writers.committed() >= transactions ? true : undefined));
    assert.equal(reached, true, `${writers.committed()} transactions committed within ${BOUND} ms`);
  }

  test('commit transactions of every kind, and stop without a trace', async () => {
    const xidBefore = await number('select pg_current_xact_id()::text as number');
    const tradesBefore = await number(
      `select count(*) as number from audit.events where kind = 'trade' and before is null and subject = 'fantasy.trades'`,
    );
    const multixactsBefore = await number(`select mxid_age('1') as number`);
    const writers = await startWriters(application, { clients: 4, targetPerSecond: 500, refreshViews: true });
    await untilCommitted(writers, 2_500);
    const rate = writers.rate();
    const report = await writers.stop();
    note(`${Math.round(rate)} transactions a second, ${report.committed} in ${report.seconds.toFixed(1)} s`);

    assert.ok(rate > 0);
    assert.deepEqual(Object.keys(report.kinds).sort(), [
      'counter',
      'delete',
      'feed',
      'large value',
      'long',
      'refresh',
      'savepoints',
      'score',
      'sequence',
      'share lock',
      'stat line',
      'trade',
    ]);
    assert.equal(report.lostConnections, 0);
    assert.ok(report.rolledBack > 0);
    assert.equal(
      await number(
        `select count(*) - ${tradesBefore} as number from audit.events where kind = 'trade' and before is null and subject = 'fantasy.trades'`,
      ),
      report.kinds['trade'],
    );
    // Most kinds write once; subtransactions take numbers of their own.
    assert.ok((await number('select pg_current_xact_id()::text as number')) - xidBefore > report.committed * 0.8);
    assert.ok((await number(`select mxid_age('1') as number`)) > multixactsBefore, 'no multixact was made');
    assert.equal(
      await number(
        `select count(*) as number from pg_stat_activity where application_name = 'pg-gameday writer' and state <> 'idle'`,
      ),
      0,
    );
  });

  test('keep every player in one team of a league', async () => {
    assert.equal(
      await number(
        `select count(*) as number from (select t.league_id, r.player_id from fantasy.rosters r join fantasy.teams t on t.id = r.team_id group by 1, 2 having count(*) > 1) twice`,
      ),
      0,
    );
  });

  test('open a lost connection again, and say how many were lost', async () => {
    const writers = await startWriters(application, { clients: 2, targetPerSecond: 200 });
    try {
      await untilCommitted(writers, 50);
      const ended = await number(
        `select count(pg_terminate_backend(pid)) as number from pg_stat_activity where application_name = 'pg-gameday writer'`,
      );
      assert.equal(ended, 3);
      await untilCommitted(writers, writers.committed() + 100);
    } finally {
      const report = await writers.stop();
      assert.equal(report.lostConnections, 3);
    }
  });

  test('count a failed transaction and go on', async () => {
    const writers = await startWriters(application, { clients: 2, targetPerSecond: 300 });
    let errors: Readonly<Record<string, number>> = {};
    try {
      await untilCommitted(writers, 20);
      await client.query('revoke usage on sequence fantasy.invitation_numbers from demo_app');
      // One transaction in fifty draws a number.
      await untilCommitted(writers, writers.committed() + 1_000);
    } finally {
      errors = (await writers.stop()).errors;
      await client.query('grant usage on sequence fantasy.invitation_numbers to demo_app');
    }
    assert.ok((errors['42501'] ?? 0) > 0, JSON.stringify(errors));
  });

  test('log in as the application, which owns nothing and may not do what the owner may', async () => {
    const session = await server.connect(application);
    const { rows } = await session.query('select session_user::text as who');
    assert.deepEqual(rows, [{ who: 'demo_app' }]);
    await assert.rejects(session.query('alter table fantasy.teams add column mine int'), { code: '42501' });
    await assert.rejects(session.query('select * from audit.events'), { code: '42501' });
    await assert.rejects(session.query('update league.players set salary = 1'), { code: '42501' });
    await assert.rejects(session.query('set role demo_owner'), { code: '42501' });
  });

  test('stop short when the application may not log in: a fence is seen', async () => {
    const writers = await startWriters(application, { clients: 2, targetPerSecond: 200 });
    try {
      await untilCommitted(writers, 20);
      await client.query('alter role demo_app nologin');
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pg-gameday writer'`,
      );
      const lost = await poll(BOUND, () => (writers.lostConnections() >= 3 ? true : undefined));
      assert.equal(lost, true);
      const fenced = writers.committed();
      assert.equal(
        await number(
          `select count(*) as number from pg_stat_activity where application_name = 'pg-gameday writer' and backend_type = 'client backend'`,
        ),
        0,
      );
      await client.query('alter role demo_app login');
      await untilCommitted(writers, fenced + 20);
    } finally {
      await writers.stop();
    }
  });

  test('refuse a database without the demo', async () => {
    await assert.rejects(startWriters({ ...server.master, database: 'postgres' }), {
      name: 'DemoMissingError',
      message: /database 'postgres' has no table fantasy\.leagues/,
    });
  });
});
