import assert from 'node:assert/strict';
import { startCollector } from '../../../sandbox/alarm-drill/collector.ts';
import { type Driven, driveHealth } from '../../../sandbox/alarm-drill/driven.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';

let server: BootstrappedServer;
let driven: Driven;

beforeAll(async () => {
  server = await startBootstrappedServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  driven = await driveHealth({ primary: server }, { bloatPages: 128 });
});

describe('a pass', () => {
  test('asks at most a dozen questions between its login and its end', async () => {
    await driven.minutes(1);
    await server.asSuperuser((client) => client.query("alter role gameday set log_statement = 'all'"));
    try {
      const before = (await server.log()).length;
      await driven.minutes(1);
      const asked = (await server.log()).slice(before).match(/:gameday@app:\[\d+\]:LOG: {2}(statement|execute)/g) ?? [];
      assert.ok(asked.length > 6 && asked.length <= 12, `${asked.length} statements`);
    } finally {
      await server.asSuperuser((client) => client.query('alter role gameday reset log_statement'));
    }
  });

  test('names what the role may not see, and reports no number of it', async () => {
    await server.connect().then(async (master) => {
      await master.query('revoke pg_monitor from gameday');
      try {
        const [found] = await driven.minutes(1);
        assert.deepEqual(
          found?.gaps.map(({ measure, reason }) => `${measure}: ${reason}`),
          ['activity: privilege'],
        );
        assert.equal(found?.metrics['LongestTransactionSeconds'], undefined);
        assert.equal(found?.metrics['ConnectionsUsedPercent'], undefined);
        assert.equal(found?.metrics['HealthGaps'], 1);
      } finally {
        await master.query('grant pg_monitor to gameday');
        await master.end();
      }
    });
  });

  test('names what the server does not count, and what is missing of the bootstrap', async () => {
    await server.asSuperuser(async (client) => {
      await client.query('alter role gameday set track_counts = off');
      await client.query('alter schema gameday rename to elsewhere');
      try {
        const [found] = await driven.minutes(1);
        assert.deepEqual(
          found?.gaps.map(({ measure, reason }) => `${measure}: ${reason}`),
          ['heartbeat: not there', 'counters: switched off', 'vacuum: switched off', 'bloat: switched off'],
        );
        assert.deepEqual(Object.keys(found?.databaseMetrics['app'] ?? {}).sort(), [
          'BlockedSessions',
          'InvalidIndexes',
          'SequenceUsedPercent',
        ]);
      } finally {
        await client.query('alter role gameday reset track_counts');
        await client.query('alter schema elsewhere rename to gameday');
      }
    });
  });

  test('that is out of time asks nothing more, and names what it has not asked and whom', async () => {
    const late = startCollector({ primary: server }, {}, { deadline: 0, databases: ['app', 'other'] });
    const found = await late.pass();
    assert.equal(found.failure, null);
    assert.deepEqual(new Set(found.gaps.map(({ reason }) => reason)), new Set(['out of time']));
    assert.deepEqual(
      found.gaps.map(({ measure }) => measure),
      [
        'activity',
        'ages',
        'slots',
        'heartbeat',
        'counters',
        'lock waits',
        'vacuum',
        'sequences',
        'bloat',
        'invalid-indexes',
        'database other',
      ],
    );
    assert.deepEqual(found.metrics, { HealthPasses: 1, HealthGaps: 11 });
  });

  test('measures each database of an instance, and the instance once', async () => {
    const both = startCollector({ primary: server }, {}, { databases: ['app', 'other'] });
    const found = await both.pass();
    assert.deepEqual(Object.keys(found.databaseMetrics), ['app', 'other']);
    assert.deepEqual(found.gaps, []);
    assert.equal((JSON.parse([...both.objects.values()][0] ?? '{}') as { beats: unknown[] }).beats.length, 1);
  });

  test('of a server that does not answer is a failure with its name, and no pass', async () => {
    const away = await driveHealth({ primary: { target: { ...server.target, password: 'wrong' } } });
    const [found] = await away.minutes(1);
    assert.equal(found?.failure?.error, 'CredentialsRejectedError');
    assert.deepEqual([found?.metrics, found?.databaseMetrics], [{}, {}]);
    await away.minutes(4);
    assert.deepEqual(away.raised(), ['silent-critical', 'silent-elsewhere-critical']);
  });

  test('names large tables of which nobody knows how wide their rows are, and sequences that the role may not read', async () => {
    const master = await server.connect();
    await master.query(
      "create table loaded as select i, repeat('x', 80) as v from generate_series(1, 20000) i; create sequence s as int; select setval('s', 2000000000)",
    );
    await master.query('select pg_stat_force_next_flush(); revoke pg_read_all_data from gameday');
    try {
      const [found] = await driven.minutes(1);
      assert.deepEqual(
        found?.gaps.map(({ measure, reason }) => `${measure}: ${reason}`),
        ['sequences: privilege', 'bloat: not there'],
      );
      assert.match(found?.gaps.at(-1)?.detail ?? '', /no statistics of public\.loaded/);
      const measured = found?.databaseMetrics['app'] ?? {};
      assert.deepEqual([measured['BloatPercent'], measured['SequenceUsedPercent']], [undefined, 0]);
    } finally {
      await master.query('grant pg_read_all_data to gameday; drop table loaded; drop sequence s');
      await master.end();
    }
  });
});
