import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { CopyDBSnapshotCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { parseFault } from '../../../sandbox/faults/fault.ts';
import { faultWorldOf } from '../../../sandbox/faults/fault-world.ts';
import { Outages } from '../../../sandbox/faults/outages.ts';
import { SessionProxies } from '../../../sandbox/faults/session-proxies.ts';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { childrenOf } from '../../../sandbox/postgres/processes.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';

const away = 'us-west-2';

describe('faults of servers and networks', () => {
  let fixture: FaultFixture;
  let sandbox: FaultFixture['sandbox'];
  let injector: FaultFixture['injector'];
  let call: FaultFixture['call'];
  let arm: FaultFixture['arm'];
  const strike = async () => {
    await fixture.fireSchedule();
    await waitUntil('it strikes', () => injector.struck().length > 0);
  };
  const becomes = (identifier: string, status: string, region: string) =>
    waitUntil(`'${identifier}' is ${status}`, () => {
      const found = sandbox.rds.inspect.instances(region).find((one) => one.identifier === identifier);
      return found?.status === status;
    });
  const settings = async (): Promise<pg.ClientConfig> => ({
    host: '127.0.0.1',
    port: sandbox.rds.inspect.server(home, 'orders').port,
    user: 'shopadmin',
    password: 'correct-horse',
    database: 'shop',
    ssl: { ca: await readFile(sandbox.rds.inspect.certificateAuthorityPath, 'utf8') },
  });
  const connect = async (more: pg.ClientConfig = {}) => {
    const client = new pg.Client({ ...(await settings()), ...more });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const processesOf = (region: string, identifier: string) => {
    const { pid } = sandbox.rds.inspect.server(region, identifier);
    return [pid, ...childrenOf(pid)];
  };
  const stateOf = async (pid: number) =>
    /^State:\s+(\w)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1];
  const areStopped = async (region: string, identifier: string) => {
    const states = await Promise.all(processesOf(region, identifier).map(stateOf));
    return states.every((state) => state === 'T');
  };
  const rowsOn = (region: string, identifier: string) =>
    asAdministrator(
      sandbox.rds.inspect.server(region, identifier),
      async (client) =>
        (await client.query<{ id: number }>('select id from item order by id')).rows.map(({ id }) => id),
      'shop',
    );

  beforeAll(async () => {
    fixture = await openFaultFixture();
    ({ sandbox, injector, call, arm } = fixture);
    await call('rds', 'CreateDBInstance', {
      DBInstanceIdentifier: 'orders',
      DBInstanceClass: 'db.t4g.small',
      Engine: 'postgres',
      DBName: 'shop',
      AllocatedStorage: 20,
      MasterUsername: 'shopadmin',
      MasterUserPassword: 'correct-horse',
      BackupRetentionPeriod: 1,
    });
    await becomes('orders', 'available', home);
    const client = await connect();
    await client.query('create table item as select 1 as id');
    await client.end();
  });
  afterEach(() => injector.arm([]));
  afterAll(() => fixture?.close());

  test('a server ends the sessions of its clients, and takes new ones', async () => {
    const client = await connect();
    await arm('lambda:Invoke=end-sessions:orders');
    const ended = client.query('select pg_sleep(60)').catch((error: Error & { code?: string }) => error.code);
    await waitUntil('it sleeps', async () => {
      const [row] = await sleeping();
      return row !== undefined;
    });
    await strike();
    assert.equal(await ended, '57P01');
    const other = await connect();
    assert.deepEqual((await other.query('select 1 as one')).rows, [{ one: 1 }]);
    await other.end();
  });
  const sleeping = () =>
    asAdministrator(
      sandbox.rds.inspect.server(home, 'orders'),
      async (client) =>
        (
          await client.query(
            "select pid from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()",
          )
        ).rows,
    );

  test('a connection breaks at its n-th request: the server never sees that statement', async () => {
    const place = { function: 'test', region: home, instance: 'orders' };
    let requests = 0;
    let resetAt = 0;
    const proxies = new SessionProxies(async () => {
      requests += 1;
      if (requests === resetAt) await outages.begin(parseFault('rds:X=reset-sessions'), place);
    });
    const outages = new Outages(() => faultWorldOf(sandbox), proxies);
    const { port = 0 } = await settings();
    const throughProxy = await proxies.portFor(place, Number(port));
    const client = await connect({ port: throughProxy });
    await client.query('insert into item values (2)');
    const before = requests;
    await client.query('insert into item values (3)');
    assert.equal(requests, before + 1, 'a statement is a request');
    resetAt = requests + 1;
    await assert.rejects(client.query('insert into item values (4)'), /ECONNRESET|terminated unexpectedly/);
    assert.deepEqual(await rowsOn(home, 'orders'), [1, 2, 3]);
    const again = await connect({ port: throughProxy });
    assert.equal((await again.query('select repeat($1, 3000000) as long', ['x'])).rows[0].long.length, 3_000_000);
    await again.end();
    await proxies.close();
    await assert.rejects(connect({ port: throughProxy }), { code: 'ECONNREFUSED' });
  });

  test('a frozen server and its backends hang until their time is over', async () => {
    const client = await connect();
    await arm('lambda:Invoke=freeze:orders');
    await strike();
    await waitUntil('every process is stopped', () => areStopped(home, 'orders'));
    let isAnswered = false;
    const answer = client.query('select 1 as one').then(({ rows }) => {
      isAnswered = true;
      return rows;
    });
    assert.equal(isAnswered, false);
    await injector.release();
    assert.deepEqual(await answer, [{ one: 1 }]);
    await client.end();
    assert.equal(await areStopped(home, 'orders'), false);
    // The same for a time.
    await arm('lambda:Invoke=freeze:orders+1');
    await strike();
    await waitUntil('it goes on', async () => !(await areStopped(home, 'orders')));
  });

  test('a link between regions is cut: nothing is replicated or copied over it until it is mended', async () => {
    const orders = `arn:aws:rds:${home}:${sandbox.credentials.account}:db:orders`;
    await call(
      'rds',
      'CreateDBInstanceReadReplica',
      { DBInstanceIdentifier: 'far', SourceDBInstanceIdentifier: orders },
      away,
    );
    await call('rds', 'CreateDBSnapshot', { DBInstanceIdentifier: 'orders', DBSnapshotIdentifier: 'before' });
    await becomes('far', 'available', away);
    await sandbox.rds.inspect.idle();
    const rds = new RDSClient({ ...sandbox.clientConfig, region: away, maxAttempts: 1 });
    const copy = (name: string) =>
      rds.send(
        new CopyDBSnapshotCommand({
          SourceDBSnapshotIdentifier: `arn:aws:rds:${home}:${sandbox.credentials.account}:snapshot:before`,
          TargetDBSnapshotIdentifier: name,
        }),
      );
    const statusOf = async (DBSnapshotIdentifier: string) => {
      const input = { DBSnapshotIdentifier };
      const { DBSnapshots = [] } = await call<{ DBSnapshots?: { Status?: string }[] }>(
        'rds',
        'DescribeDBSnapshots',
        input,
        away,
      );
      return DBSnapshots[0]?.Status;
    };
    await copy('under-way');
    await arm(`lambda:Invoke=cut-link:${home},${away}`);
    await strike();
    await assert.rejects(copy('never'), ({ message }: Error) => /socket hang up|ECONNRESET/.test(message));
    await waitUntil('the copy under way fails', async () => (await statusOf('under-way')) === 'failed');
    const streams = () =>
      asAdministrator(
        sandbox.rds.inspect.server(home, 'orders'),
        async (client) =>
          (await client.query("select 1 from pg_stat_replication where state = 'streaming'")).rows.length,
      );
    await waitUntil('no stream is left', async () => (await streams()) === 0);
    const client = await connect();
    await client.query('insert into item values (100)');
    await client.end();
    assert.equal((await rowsOn(away, 'far')).includes(100), false);
    await injector.release();
    await waitUntil('the row arrives', async () => (await rowsOn(away, 'far')).includes(100));
    await copy('afterwards');
    await waitUntil('the copy is made', async () => (await statusOf('afterwards')) === 'available');
    rds.destroy();
  });

  test('of a region that is cut no call is answered, and no server', async () => {
    const rds = new RDSClient({ ...sandbox.clientConfig, region: away, maxAttempts: 1 });
    const describeFar = () => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'far' }));
    assert.equal((await describeFar()).DBInstances?.length, 1);
    await arm(`lambda:Invoke=cut-region:${away}`);
    await strike();
    await assert.rejects(describeFar(), ({ message }: Error) => /socket hang up|ECONNRESET/.test(message));
    await waitUntil('its servers are stopped', () => areStopped(away, 'far'));
    assert.equal(await areStopped(home, 'orders'), false);
    await injector.release();
    assert.equal((await describeFar()).DBInstances?.length, 1);
    const { length } = await rowsOn(away, 'far');
    assert.ok(length > 0);
    rds.destroy();
  });
});
