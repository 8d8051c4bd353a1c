import assert from 'node:assert/strict';
import type pg from 'pg';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { startCollector } from './collector.ts';
import { type Driven, driveHealth } from './driven.ts';

let server: BootstrappedServer;
let driven: Driven;

beforeAll(async () => {
  server = await startBootstrappedServer(
    'create table accounts (id int primary key, n int); insert into accounts values (1, 0), (2, 0)',
    {
      settings: {
        max_connections: '43',
        superuser_reserved_connections: '2',
        reserved_connections: '1',
        deadlock_timeout: '10ms',
        max_prepared_transactions: '2',
      },
    },
  );
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  driven = await driveHealth({ primary: server }, { copySeconds: 1800 });
});

/** Sessions that end with the test. */
const opened: pg.Client[] = [];
const open = async (config: pg.ClientConfig = {}) => {
  const client = await server.connect(config);
  opened.push(client);
  return client;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.end()));
  await server.asSuperuser((client) =>
    waitUntil('sessions of the test are gone', async () => {
      const { rows } = await client.query(
        "select from pg_stat_activity where backend_type in ('client backend', 'walsender') and pid <> pg_backend_pid()",
      );
      return rows.length <= 1; // that of the bootstrap, until a restart
    }),
  );
});

describe('connections', () => {
  test('raise the warning from three quarters of the usable ones on, and the critical alarm near the reserve', async () => {
    // 40 are usable: 43 less two for superusers and one that is reserved. The collector's own and that of the bootstrap are two of them.
    while (opened.length < 28) await open();
    await driven.minutes(3);
    assert.deepEqual(driven.raised(), [], '30 of 40');
    await open();
    await driven.minutes(3);
    assert.deepEqual(driven.raised(), ['connections-warning'], '31 of 40');
    while (opened.length < 35) await open();
    await driven.minutes(3);
    assert.deepEqual(driven.raised(), ['connections-critical', 'connections-warning'], '37 of 40');
  });

  test('are not what walsenders and background workers take', async () => {
    const before = (await driven.minutes(1))[0]?.metrics['ConnectionsUsedPercent'];
    const replication = { ...server.master, user: 'rdsadmin', password: 'admin', host: server.socketDirectory };
    for (let count = 0; count < 12; count += 1)
      await open({ ...replication, replication: 'database' } as pg.ClientConfig);
    const found = (await driven.minutes(3))[0]?.metrics['ConnectionsUsedPercent'];
    assert.equal(found, before);
    assert.deepEqual(driven.raised(), []);
  });
});

describe('a long transaction', () => {
  for (const [what, begin] of [
    ['idle', 'select'],
    ['failed', 'select 1/0'],
  ] as const) {
    test(`that is ${what} raises the warning after 5 minutes and the critical alarm after 15, until it ends`, async () => {
      await driven.minutes(1);
      const client = await open();
      await client.query('begin');
      await client.query(begin).catch(() => {});
      await driven.minutes(5);
      assert.deepEqual(driven.raised(), []);
      await driven.minutes(2);
      assert.deepEqual(driven.raised(), ['long-transaction-warning']);
      await driven.minutes(10);
      assert.deepEqual(driven.raised(), ['long-transaction-critical', 'long-transaction-warning']);
      await client.query('rollback');
      await driven.minutes(1);
      assert.deepEqual(driven.raised(), []);
    });
  }

  test('may be one that somebody has prepared and forgotten', async () => {
    await driven.minutes(1);
    await server.asSuperuser((client) =>
      client.query("begin; update accounts set n = 1; prepare transaction 'forgotten'"),
    );
    try {
      await driven.minutes(7);
      assert.deepEqual(driven.raised(), ['long-transaction-warning']);
    } finally {
      await server.asSuperuser((client) => client.query("rollback prepared 'forgotten'"));
    }
  });

  test('is no COPY inside its limit, and is one beyond it', async () => {
    await driven.minutes(1);
    await server.asSuperuser(async (superuser) => {
      const running = superuser.query("copy (select pg_sleep(600)) to '/dev/null'").catch(() => {});
      await driven.minutes(29);
      assert.deepEqual(driven.raised(), [], '29 minutes of COPY');
      await driven.minutes(3);
      assert.deepEqual(driven.raised(), ['long-transaction-critical', 'long-transaction-warning']);
      await server.asSuperuser((other) =>
        other.query("select pg_cancel_backend(pid) from pg_stat_activity where query like 'copy%'"),
      );
      await running;
    });
  });
});

describe('deadlocks', () => {
  const update = (client: pg.Client, id: number) => client.query('update accounts set n = n + 1 where id = $1', [id]);
  /** Two sessions that lock one another out; the server ends one of them. What they have counted is reported when they end. */
  async function deadlock(): Promise<void> {
    const [one, other] = [await server.connect(), await server.connect()];
    await one.query('begin');
    await other.query('begin');
    await update(one, 1);
    await update(other, 2);
    const both = await Promise.allSettled([update(one, 2), update(other, 1)]);
    assert.equal(both.filter(({ status }) => status === 'rejected').length, 1);
    await Promise.all([one.end(), other.end()]);
  }
  const deadlocks = async (count: number) => {
    for (let pair = 0; pair < count; pair += 1) await deadlock();
  };

  test('raise the warning from two in an hour on, and the critical alarm from eleven, for an hour', async () => {
    await driven.minutes(2);
    await deadlocks(1);
    await driven.minutes(1);
    assert.deepEqual(driven.raised(), []);
    await deadlocks(1);
    await driven.minutes(1);
    assert.deepEqual(driven.raised(), ['deadlocks-warning']);
    await deadlocks(9);
    await driven.minutes(1);
    assert.deepEqual(driven.raised(), ['deadlocks-critical', 'deadlocks-warning']);
    await driven.minutes(62);
    assert.deepEqual(driven.raised(), []);
  });

  test('are not waits for a lock that end', async () => {
    await driven.minutes(2);
    const [one, other] = [await open(), await open()];
    for (let wait = 0; wait < 12; wait += 1) {
      await one.query('begin');
      await update(one, 1);
      const waiting = update(other, 1);
      await one.query('select pg_sleep(0.02)');
      await one.query('commit');
      await waiting;
    }
    await one.end();
    await other.end();
    await driven.minutes(3);
    assert.deepEqual(driven.raised(), []);
  });

  test('that were counted before a reset, or come with a restart, are no spike', async () => {
    await driven.minutes(2);
    await server.asSuperuser((client) => client.query('select pg_stat_reset()'));
    await driven.minutes(1);
    await server.restart();
    const [found] = await driven.minutes(1);
    assert.equal(found?.databaseMetrics['app']?.['DeadlocksPerHour'], 0, 'of the steps before');
    await driven.minutes(2);
    assert.deepEqual(driven.raised(), []);
  });
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
        'vacuum',
        'sequences',
        'bloat',
        'invalid-indexes',
        'database other',
      ],
    );
    assert.deepEqual(found.metrics, { HealthPasses: 1, HealthGaps: 10 });
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
    assert.deepEqual(away.raised(), ['silent-critical']);
  });
});

describe('a collector that died', () => {
  test('is an alarm after five minutes, and the only one', async () => {
    await driven.minutes(3);
    await driven.silence(4);
    assert.deepEqual(driven.raised(), []);
    await driven.silence(1);
    assert.deepEqual(driven.raised(), ['silent-critical']);
  });

  test('leaves an alarm that was raised as it was', async () => {
    await driven.minutes(2);
    const client = await open();
    await client.query('begin; select');
    await driven.minutes(7);
    await driven.silence(8);
    assert.deepEqual(driven.raised(), ['long-transaction-warning', 'silent-critical']);
  });
});
