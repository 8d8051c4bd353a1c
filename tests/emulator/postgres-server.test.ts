import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findServerBinaries } from '../../sandbox/postgres/binaries.ts';
import { type CertificateAuthority, loadAuthority } from '../../sandbox/postgres/certificates.ts';
import { findClientTools } from '../../sandbox/postgres/client-tools.ts';
import { createCluster } from '../../sandbox/postgres/cluster.ts';
import { runCommand } from '../../sandbox/postgres/command.ts';
import { poll } from '../../sandbox/postgres/poll.ts';
import { isAlive } from '../../sandbox/postgres/processes.ts';
import { createRdsRoles } from '../../sandbox/postgres/roles.ts';
import { type RunningServer, type ServerOptions, ServerStarter } from '../../sandbox/postgres/server.ts';
import { cleanLeftovers, ServerRegistry } from '../../sandbox/postgres/server-registry.ts';

const master = { name: 'postgres', password: "it's a secret" };

describe('a PostgreSQL server of the sandbox', () => {
  let root: string;
  let authority: CertificateAuthority;
  let options: ServerOptions;
  let server: RunningServer;

  beforeAll(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'pgd-test-'));
    await chmod(root, 0o755);
    authority = await loadAuthority(path.join(root, 'ca'));
    const binaries = await findServerBinaries();
    const directory = path.join(root, 'orders');
    await createCluster({ binaries, directory, administratorPassword: 'admin', dataChecksums: false });
    options = {
      binaries,
      registry: new ServerRegistry(root),
      directory,
      socketDirectory: directory,
      administratorPassword: 'admin',
      certificate: authority.server,
      forceTls: true,
      clusterName: 'orders',
      settings: {},
      port: 0,
    };
    server = await new ServerStarter(options).start();
    await createRdsRoles(server, master, 'shop');
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    options.registry.close();
    await rm(root, { recursive: true });
  });

  async function connect(settings: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({
      host: 'localhost',
      port: server.port,
      user: master.name,
      password: master.password,
      database: 'shop',
      ssl: { ca: authority.certificate },
      ...settings,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async function query(sql: string, settings: pg.ClientConfig = {}): Promise<Record<string, unknown>[]> {
    const client = await connect(settings);
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  test('is verified by its certificate authority at localhost and 127.0.0.1', async () => {
    for (const host of ['localhost', '127.0.0.1']) {
      const [row] = await query('select ssl, version from pg_stat_ssl where pid = pg_backend_pid()', { host });
      assert.deepEqual(row, { ssl: true, version: 'TLSv1.3' });
    }
    await assert.rejects(query('select 1', { ssl: true }), /self-signed|unable to/);
  });

  test('refuses a connection without TLS, as rds.force_ssl does', async () => {
    await assert.rejects(query('select 1', { ssl: false }), /no pg_hba.conf entry .*no encryption/);
  });

  test('keeps the administrator and its database to itself', async () => {
    await assert.rejects(query('select 1', { user: 'rdsadmin', password: 'admin' }), /rejects connection/);
    await assert.rejects(query('select 1', { database: 'rdsadmin' }), /rejects connection/);
  });

  test('gives the master user what RDS gives it and no more', async () => {
    const [row] = await query(`
      select rolsuper, rolcreatedb, rolcreaterole, rolreplication,
             pg_has_role('rds_superuser', 'usage') as rds, pg_has_role('pg_monitor', 'usage') as monitor,
             pg_has_role('pg_read_all_data', 'usage') as "readsAll"
        from pg_roles where rolname = current_user`);
    assert.deepEqual(row, {
      rolsuper: false,
      rolcreatedb: true,
      rolcreaterole: true,
      rolreplication: false,
      rds: true,
      monitor: true,
      readsAll: false,
    });
    await query('create role reporting; grant pg_read_all_data, pg_monitor to reporting');
    await assert.rejects(query("copy (select 1) to '/tmp/x'"), /permission denied/);
    await assert.rejects(query('alter system set work_mem = 64'), /permission denied/);
  });

  test('lets the master user create and use amcheck, which a plain PostgreSQL keeps from it', async () => {
    await query('create extension amcheck; create extension pg_stat_statements; create extension pgstattuple');
    await query('create table checked (id int primary key); insert into checked select generate_series(1, 1000)');
    const rows = await query("select * from verify_heapam('checked')");
    assert.deepEqual(rows, []);
    await query("select bt_index_parent_check('checked_pkey', true, true)");
    await assert.rejects(query('create extension pageinspect'), /permission denied/);
    await query('create role plain login password $$plain$$');
    await assert.rejects(
      query("select bt_index_check('checked_pkey')", { user: 'plain', password: 'plain' }),
      /permission denied/,
    );
  });

  test('is dumped by the client tools that were found, which leave its password out of the log', async () => {
    const tools = await findClientTools(options.binaries.major);
    const env = { ...process.env, PGPASSWORD: master.password, PGSSLROOTCERT: authority.certificatePath };
    const target = `host=localhost port=${server.port} user=postgres dbname=shop sslmode=verify-full`;
    assert.match(
      await runCommand(tools.pgDump, ['--dbname', target], { env }),
      /CREATE EXTENSION IF NOT EXISTS amcheck/,
    );
    assert.doesNotMatch(await readFile(server.logFile, 'utf8'), /a secret/);
  });

  test('keeps its port and its data through a crash', async () => {
    const { port, pid } = server;
    await query('create table kept as select 1 as id');
    await server.crash();
    assert.equal(isAlive(pid), false);
    assert.deepEqual(options.registry.entries, []);
    server = await new ServerStarter({ ...options, port }).start();
    assert.equal(server.port, port);
    assert.deepEqual(await query('select id from kept'), [{ id: 1 }]);
  });

  test('hangs when it is frozen and goes on when it is thawed', async () => {
    const client = await connect();
    server.freeze();
    const answer = client.query('select 1 as one');
    const early = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'silence'))]);
    assert.equal(early, 'silence');
    server.thaw();
    assert.deepEqual((await answer).rows, [{ one: 1 }]);
    await client.end();
  });

  test('says its command line and the end of its log when it cannot start', async () => {
    const other = path.join(root, 'broken');
    await createCluster({ ...options, directory: other, dataChecksums: true });
    const settings = { max_connections: 'many' };
    await assert.rejects(new ServerStarter({ ...options, directory: other, settings }).start(), (error: Error) => {
      assert.match(error.message, /^server 'orders' ended while it started\n/);
      assert.match(error.message, /bin\/postgres -D .*broken\/data/);
      assert.match(error.message, /invalid value for parameter "max_connections": "many"/);
      return true;
    });
  });
});

describe('the servers of a sandbox that ended', () => {
  const program = `
    import { findServerBinaries } from './sandbox/postgres/binaries.ts';
    import { loadAuthority } from './sandbox/postgres/certificates.ts';
    import { createCluster } from './sandbox/postgres/cluster.ts';
    import { ServerRegistry } from './sandbox/postgres/server-registry.ts';
    import { ServerStarter } from './sandbox/postgres/server.ts';
    const root = process.env.ROOT;
    const binaries = await findServerBinaries();
    const directory = root + '/orders';
    await createCluster({ binaries, directory, administratorPassword: 'x', dataChecksums: false });
    const server = await new ServerStarter({
      binaries, directory, registry: new ServerRegistry(root), socketDirectory: directory, administratorPassword: 'x',
      certificate: (await loadAuthority(root + '/ca')).server, forceTls: true, clusterName: 'orders', settings: {},
      port: 0,
    }).start();
    console.log(server.pid);
    setInterval(() => {}, 1000);`;

  async function startSandbox() {
    const root = await mkdtemp(path.join(os.tmpdir(), 'pgd-test-'));
    await chmod(root, 0o755);
    const sandbox = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      env: { ...process.env, ROOT: root },
      cwd: path.resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(sandbox.stdout, 'data')) as [Buffer];
    return { root, sandbox, serverPid: Number(line.toString()) };
  }

  test('die with it when it is interrupted', async () => {
    const { root, sandbox, serverPid } = await startSandbox();
    const exited = once(sandbox, 'exit');
    sandbox.kill('SIGINT');
    assert.deepEqual(await exited, [null, 'SIGINT']);
    assert.ok(await poll(10_000, () => (isAlive(serverPid) ? undefined : true)), 'the server is still there');
    await rm(root, { recursive: true });
  });

  test('are found and ended by the next one after a kill -9, and only they', async () => {
    const { root, sandbox, serverPid } = await startSandbox();
    const exited = once(sandbox, 'exit');
    sandbox.kill('SIGKILL');
    await exited;
    assert.ok(isAlive(serverPid));
    const registry = JSON.parse(await readFile(path.join(root, 'pids.json'), 'utf8')) as { dataDirectory: string }[];
    // The number of a process that is not ours, as after a reboot.
    const stranger = { pid: process.pid, dataDirectory: registry[0]?.dataDirectory };
    await writeFile(path.join(root, 'pids.json'), JSON.stringify([stranger, ...registry]));
    assert.deepEqual(await cleanLeftovers(root), [serverPid]);
    assert.equal(isAlive(serverPid), false);
    assert.equal(existsSync(root), false);
  });

  test('leave no shared memory behind when they, too, were killed', async () => {
    const { root, sandbox, serverPid } = await startSandbox();
    const text = await readFile(path.join(root, 'orders/data/postmaster.pid'), 'utf8');
    const [, id = ''] = (text.split('\n')[6] ?? '').trim().split(/\s+/);
    const isListed = async () => (await runCommand('ipcs', ['-m'])).split(/\s+/).includes(id);
    const exited = once(sandbox, 'exit');
    sandbox.kill('SIGKILL');
    await exited;
    process.kill(serverPid, 'SIGKILL');
    assert.ok(await poll(10_000, () => (isAlive(serverPid) ? undefined : true)), 'the server is still there');
    assert.equal(await isListed(), true);
    assert.deepEqual(await cleanLeftovers(root), []);
    assert.equal(await isListed(), false);
  });
});
