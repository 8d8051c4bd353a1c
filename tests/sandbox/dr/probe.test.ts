import assert from 'node:assert/strict';
import { probe } from '../../../shared/pg/failover/probe.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';

describe('a try of the client of a fail-over', () => {
  let server: BootstrappedServer;
  beforeAll(async () => {
    server = await startBootstrappedServer();
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  test('writes what the next one reads, and reports what was acknowledged and is not there', async () => {
    const first = await probe(server.target, null, () => 1000);
    assert.deepEqual([first.reached, first.error, first.lost], ['wrote', null, null]);
    assert.equal((await probe(server.target, 1000, () => 2000)).lost, null);
    assert.equal((await probe(server.target, 3000, () => 4000)).lost, 3000);
  });

  test('has connected and not written where it may only read, as on a standby', async () => {
    await server.asSuperuser((client) => client.query('revoke insert, update on gameday.heartbeat from gameday'));
    const { reached, error } = await probe(server.target, null);
    assert.equal(reached, 'connected');
    assert.match(error ?? '', /permission denied/);
  });

  test('has reached nothing where nobody listens', async () => {
    const { reached, error } = await probe({ ...server.target, port: 1 }, null);
    assert.equal(reached, 'nothing');
    assert.match(error ?? '', /^DatabaseUnreachableError: /);
  });
});
