import assert from 'node:assert/strict';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { driveHealth } from './driven.ts';

let server: BootstrappedServer;
beforeAll(async () => {
  server = await startBootstrappedServer(
    'create table accounts (id int primary key, n int); insert into accounts values (1, 0), (2, 0)',
  );
});
afterAll(() => server[Symbol.asyncDispose]());

describe('blocked sessions', () => {
  test('are those that wait for a row or a table of another for longer than the limit, in this database', async () => {
    const driven = await driveHealth({ primary: server }, { blockedSeconds: 0 });
    const blocker = await server.connect();
    await blocker.query('begin');
    await blocker.query('update accounts set n = n + 1 where id = 1');
    const waiting = await Promise.all(Array.from({ length: 6 }, () => server.connect()));
    const updates = waiting.map((client) => client.query('update accounts set n = n + 1 where id = 1'));
    await waitUntil('six sessions wait', () =>
      server.asSuperuser(async (client) => {
        const { rows } = await client.query('select from pg_locks where not granted');
        return rows.length === 6;
      }),
    );
    const [found] = await driven.minutes(2);
    assert.equal(found?.databaseMetrics['app']?.['BlockedSessions'], 6);
    assert.deepEqual(driven.raised(), ['blocked-sessions-warning']);
    const patient = await driveHealth({ primary: server }, { blockedSeconds: 3600 });
    assert.equal((await patient.minutes(1))[0]?.databaseMetrics['app']?.['BlockedSessions'], 0);
    await blocker.query('rollback');
    await Promise.all(updates);
    await driven.minutes(1);
    assert.deepEqual(driven.raised(), []);
  });
});
