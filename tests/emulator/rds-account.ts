import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DBInstance } from '@aws-sdk/client-rds';
import pg from 'pg';
import { makeClock } from '../../sandbox/clock.ts';
import { poll } from '../../sandbox/postgres/poll.ts';
import { isAlive } from '../../sandbox/postgres/processes.ts';
import { makeRds, type RdsOperations, type RdsOptions, type RdsService } from '../../sandbox/services/rds/make-rds.ts';
import type { CallContext } from '../../sandbox/wire/service.ts';

export const region = 'eu-central-1';
export const password = 'correct-horse';
const account = '123456789012';
/** True milliseconds for a state to be reached at the speed of these tests. */
const patience = 60_000;

/** Calls operations in process, in the shapes that an SDK user sees. */
export type Caller = {
  [Name in keyof RdsOperations]: (
    input: Parameters<RdsOperations[Name]>[0],
    where?: string,
  ) => ReturnType<RdsOperations[Name]>;
};

export type TestAccount = {
  readonly rds: RdsService;
  readonly call: Caller;
  readonly root: string;
  /** Waits for a status, and fails at once when the instance ends in another one. */
  becomes(identifier: string, status: string, where?: string): Promise<DBInstance>;
  snapshotBecomes(identifier: string, status: string, where?: string): Promise<void>;
  query(identifier: string, sql: string, settings?: pg.ClientConfig): Promise<Record<string, unknown>[]>;
  createOrders(
    more?: Partial<Parameters<RdsOperations['CreateDBInstance']>[0]>,
    where?: string,
    endsIn?: string,
  ): Promise<DBInstance>;
  /** Stops everything and checks that no process and no directory is left. */
  close(): Promise<void>;
};

export async function openAccount(options: Partial<RdsOptions> & { speed?: number } = {}): Promise<TestAccount> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'pgd-rds-'));
  const rds = await makeRds({ clock: makeClock(options.speed ?? 200), dataDirectory: root, account, ...options });
  const context = (operation: string, where: string): CallContext => ({
    requestId: 'test',
    service: 'rds',
    operation,
    region: where,
    caller: { account, accessKeyId: 'AKIATEST', arn: `arn:aws:iam::${account}:user/test` },
    signal: new AbortController().signal,
  });
  const call = Object.fromEntries(
    Object.entries(rds.operations).map(([name, operation]) => [
      name,
      (input: never, where = region) => operation(input, context(name, where)),
    ]),
  ) as Caller;

  const find = (identifier: string, where: string): DBInstance => {
    const [instance] = call.DescribeDBInstances({ DBInstanceIdentifier: identifier }, where).DBInstances ?? [];
    assert.ok(instance);
    return instance;
  };
  const becomes = async (identifier: string, status: string, where = region): Promise<DBInstance> => {
    const known = rds.inspect.problems.length;
    const found = await poll(patience, () => {
      const instance = find(identifier, where);
      const problem = rds.inspect.problems[known];
      if (instance.DBInstanceStatus !== status && problem !== undefined) throw problem;
      return instance.DBInstanceStatus === status ? instance : undefined;
    });
    assert.ok(found, `'${identifier}' is '${find(identifier, where).DBInstanceStatus}', not '${status}'`);
    return found;
  };
  return {
    rds,
    call,
    root,
    becomes,
    snapshotBecomes: async (identifier, status, where = region) => {
      const reached = await poll(patience, () => {
        const [found] = call.DescribeDBSnapshots({ DBSnapshotIdentifier: identifier }, where).DBSnapshots ?? [];
        return found?.Status === status ? true : undefined;
      });
      assert.ok(reached, `snapshot '${identifier}' did not become '${status}'`);
    },
    query: async (identifier, sql, settings = {}) => {
      const { Endpoint, MasterUsername, DBName } = find(identifier, region);
      const client = new pg.Client({
        host: Endpoint?.Address,
        port: Endpoint?.Port,
        user: MasterUsername,
        password,
        database: DBName ?? 'postgres',
        ssl: { ca: await readFile(rds.inspect.certificateAuthorityPath, 'utf8') },
        ...settings,
      });
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } finally {
        await client.end();
      }
    },
    createOrders: async (more = {}, where = region, endsIn = 'available') => {
      call.CreateDBInstance(
        {
          DBInstanceIdentifier: 'orders',
          DBInstanceClass: 'db.t4g.small',
          Engine: 'postgres',
          DBName: 'shop',
          AllocatedStorage: 20,
          MasterUsername: 'shopadmin',
          MasterUserPassword: password,
          BackupRetentionPeriod: 0,
          ...more,
        },
        where,
      );
      return becomes(more.DBInstanceIdentifier ?? 'orders', endsIn, where);
    },
    close: async () => {
      const pids = rds.inspect.instances().flatMap(({ server }) => (server === undefined ? [] : [server.pid]));
      await rds.stopAll();
      assert.deepEqual(pids.filter(isAlive), []);
      await rm(root, { recursive: true });
      assert.equal(existsSync(root), false);
    },
  };
}
