import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DBInstance } from '@aws-sdk/client-rds';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import {
  type BackupFixture,
  type BackupRun,
  invokes,
  openBackupFixture,
  policyOf,
} from '../../support/sandbox/backup.ts';
import { waitUntil } from '../../support/wait-until.ts';

const { instance } = policyOf('own');
const group = 'copies-of-own';

describe('backup-and-verify of a subscriber', () => {
  let proven: BackupRun | undefined;
  let fixture: BackupFixture;
  let publisher: RdsLikeServer;
  let place: string;
  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'subscriber-'));
    chmodSync(place, 0o755);
    const operations = parse(readFileSync('operations.yml', 'utf8'));
    operations.stages.dev.databases.own.copyParameterGroup = group;
    operations.stages.dev.databases.own.trustedOwners = ['club'];
    const OPERATIONS_FILE = path.join(place, 'operations.yml');
    writeFileSync(OPERATIONS_FILE, stringify(operations));
    const packageDirectory = path.join(place, 'package');
    await packageStage('dev', packageDirectory, { environment: { ...process.env, OPERATIONS_FILE } });
    publisher = await startRdsLikeServer();
    await publisher.asSuperuser((client) =>
      client.query('create table orders (id int primary key); create publication pub for table orders'),
    );
    fixture = await openBackupFixture({
      database: 'own',
      packageDirectory,
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query(
          `create table orders (id int primary key); create table own (id int primary key); insert into own values (1);
create role club; grant club to current_user; create schema club authorization club; set role club;
create function club.half(n int) returns int language plpgsql immutable as $$ begin return n / 2; end $$;
create table club.scores as select n from generate_series(1, 100) n; create index halves on club.scores (club.half(n))`,
        );
        await client.end();
      },
    });
    const { host, port } = publisher.master;
    await publisher.asSuperuser((client) => client.query("create role feed login superuser password 'feed'"));
    await fixture.asSuperuser(instance, (client) =>
      client.query(
        `create subscription sub connection 'host=${host} port=${port} dbname=app user=feed password=feed' publication pub`,
      ),
    );
  });
  afterAll(async () => {
    await fixture.close();
    rmSync(place, { recursive: true });
    await publisher[Symbol.asyncDispose]();
  });

  const ordersOf = (name: string) =>
    fixture.asSuperuser(name, async (client) => {
      const { rows } = await client.query<{ n: number }>('select count(*)::int as n from orders');
      return rows[0]?.n ?? 0;
    });
  const isSlotFree = () =>
    publisher.asSuperuser(async (client) => {
      const { rows } = await client.query('select from pg_replication_slots where active');
      return rows.length === 0;
    });

  const failureOf = ({ evidence }: BackupRun) => [evidence.failure?.state, evidence.failure?.error];

  test('makes no copy that would take the slot of the source: without a group of copies, and in one that starts workers', async () => {
    const absent = await fixture.run();
    assert.deepEqual([absent.status, ...failureOf(absent)], ['FAILED', 'StartRestore', 'InvalidOperationsError']);
    const { DBInstances } = await fixture.call<{ DBInstances: DBInstance[] }>('rds', 'DescribeDBInstances', {
      DBInstanceIdentifier: instance,
    });
    await fixture.call('rds', 'CopyDBParameterGroup', {
      SourceDBParameterGroupIdentifier: DBInstances[0]?.DBParameterGroups?.[0]?.DBParameterGroupName,
      TargetDBParameterGroupIdentifier: group,
      TargetDBParameterGroupDescription: 'of copies',
    });
    let restores = 0;
    const loud = await fixture.run({
      hook: async ({ operation }, next) => {
        if (operation.startsWith('RestoreDBInstance')) restores += 1;
        return next();
      },
    });
    assert.deepEqual([loud.status, ...failureOf(loud)], ['FAILED', 'StartRestore', 'CopyNotQuietError']);
    assert.match(loud.evidence.failure?.cause ?? '', /subscription 'sub' of database 'own' would start/);
    assert.equal(restores, 0);
    await fixture.call('rds', 'ModifyDBParameterGroup', {
      DBParameterGroupName: group,
      Parameters: [
        { ParameterName: 'max_logical_replication_workers', ParameterValue: '0', ApplyMethod: 'pending-reboot' },
      ],
    });
  });

  test("restores a copy that asks nothing of the publisher: what it sends while the slot is free is the source's", async () => {
    let seen: { workers: unknown; rows: number } | undefined;
    const run = await fixture.run({
      hook: async (call, next, { copyId }) => {
        if (invokes(call, 'verifySchema') && seen === undefined) {
          await fixture.asSuperuser(instance, (client) => client.query('alter subscription sub disable'));
          await waitUntil('the slot is free', isSlotFree);
          await publisher.asSuperuser((client) => client.query('insert into orders select generate_series(1, 50)'));
          const workers = await fixture.asSuperuser(copyId, async (client) => {
            const { rows } = await client.query(
              "select backend_type from pg_stat_activity where backend_type like 'logical replication%' and backend_type <> 'logical replication launcher'",
            );
            const { rows: most } = await client.query('show max_logical_replication_workers');
            return [rows, most];
          });
          seen = { workers, rows: await ordersOf(copyId) };
          await fixture.asSuperuser(instance, (client) => client.query('alter subscription sub enable'));
          await waitUntil('the source has what was sent', async () => (await ordersOf(instance)) === 50);
        }
        return next();
      },
    });
    assert.deepEqual(seen, { workers: [[], [{ max_logical_replication_workers: '0' }]], rows: 0 });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    proven = run;
  });

  test('runs the code of an owner whom operations.yml trusts, and so its index is compared with its table', () => {
    const { tables = [], rungs = [] } = proven?.evidence ?? {};
    assert.deepEqual(
      tables.filter(({ table }) => table === 'club.scores').map(({ status, reason, rows }) => [status, reason, rows]),
      [['proven', undefined, '100']],
    );
    assert.deepEqual(rungs.find(({ name }) => name === 'structure')?.findings, []);
  });
});
