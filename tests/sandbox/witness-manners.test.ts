import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { applyBootstrap } from '../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../shared/pg/bootstrap/bootstrap-sql.ts';
import type { ConnectionTarget } from '../../shared/pg/connect.ts';
import { exportSnapshot } from '../../shared/pg/exported-snapshot.ts';
import { takeWitness, type WitnessedSnapshot } from '../../shared/pg/take-witness.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../support/rds-like-server.ts';
import { waitUntil } from '../support/wait-until.ts';

let server: RdsLikeServer;
let target: ConnectionTarget;

before(async () => {
  server = await startRdsLikeServer();
  const master = await server.connect();
  await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app' }));
  await master.query("alter role gameday password 'a-password'");
  const { host, port, database } = server.master;
  target = {
    host: String(host),
    port: Number(port),
    database: String(database),
    user: 'gameday',
    password: 'a-password',
  };
  process.env['PGSSLROOTCERT'] = server.certificateAuthorityPath;
});
after(async () => {
  delete process.env['PGSSLROOTCERT'];
  await server[Symbol.asyncDispose]();
});

const oneCall = { remainingTime: () => 60_000, progress: undefined };

const ourSessions = () =>
  server.asSuperuser(async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select application_name as name from pg_stat_activity where application_name like 'pg-gameday%'",
    );
    return rows.map(({ name }) => name);
  });

async function witness(snapshot: Pick<WitnessedSnapshot, 'create' | 'createdAt'>, deadlineSeconds: number) {
  const result = await takeWitness({
    target,
    snapshot: { id: 'gd-backup-app', ...snapshot },
    connections: 2,
    marginSeconds: 1,
    deadlineSeconds,
    ...oneCall,
    identity: { executionName: 'manners', attempt: 1, instanceId: 'app', database: 'app' },
    onProgress: () => {},
  });
  assert.ok(result.complete);
  return result.witness;
}

describe('the witness and the source', () => {
  test('DDL on a table that was read goes through while the bracket is open', async () => {
    const master = await server.connect();
    await master.query(
      'create table altered as select generate_series(1, 1000) as id; create table dropped as select 1 as id',
    );
    let snapshotExists: () => void = () => {};
    const created = new Promise<void>((resolve) => {
      snapshotExists = resolve;
    });
    let isDone = false;
    const taken = witness(
      {
        create: async () => snapshotExists(),
        createdAt: async () => (isDone ? { at: new Date().toISOString(), settled: true } : undefined),
      },
      60,
    );
    await created;

    // A lock of ours that lasted would make these wait, and everybody else behind them.
    await master.query("set lock_timeout = '2s'");
    await master.query('alter table altered add column note text');
    await master.query('truncate altered');
    await master.query('drop table dropped');
    isDone = true;
    const { header } = await taken;

    assert.equal(header.tables, 2);
    await waitUntil('our sessions are closed', async () => (await ourSessions()).length === 0);
  });

  test('a snapshot that never tells its creation time ends in WitnessDeadlineError, and no session stays', async () => {
    await assert.rejects(witness({ create: async () => {}, createdAt: async () => undefined }, 2), {
      name: 'WitnessDeadlineError',
      message: /^snapshot 'gd-backup-app' told no creation time within 2 s, the deadline of S1\nHINT: /,
    });
    await waitUntil('our sessions are closed', async () => (await ourSessions()).length === 0);
  });

  test('the server itself ends the holder of S1 at its deadline, when nobody is left to release it', async () => {
    await exportSnapshot(target, 'S1', 300);

    await waitUntil(
      'the holder of S1 is gone',
      async () => !(await ourSessions()).includes('pg-gameday holds S1'),
      10_000,
    );
  });

  test('a second witness of the same database is refused and leaves the first alone', async () => {
    let isDone = false;
    const taken = witness(
      {
        create: async () => {},
        createdAt: async () => (isDone ? { at: new Date().toISOString(), settled: true } : undefined),
      },
      60,
    );
    await waitUntil('S1 is held', async () => (await ourSessions()).includes('pg-gameday holds S1'));

    await assert.rejects(witness({ create: async () => {}, createdAt: async () => undefined }, 60), {
      name: 'BackupAlreadyRunningError',
    });
    isDone = true;
    assert.equal((await taken).header.executionName, 'manners');
  });

  test('a database that was not bootstrapped is named, with the remedy', async () => {
    await server.asSuperuser((client) => client.query('create database bare'));
    const bare = { ...target, database: 'bare' };
    await assert.rejects(
      takeWitness({
        target: bare,
        snapshot: { id: 'none', create: async () => {}, createdAt: async () => undefined },
        connections: 1,
        marginSeconds: 1,
        deadlineSeconds: 10,
        ...oneCall,
        identity: { executionName: 'manners', attempt: 1, instanceId: 'app', database: 'bare' },
        onProgress: () => {},
      }),
      (error: unknown) =>
        error instanceof Error && /Bootstrapped/.test(error.name) && !(error instanceof pg.DatabaseError),
    );
  });
});
