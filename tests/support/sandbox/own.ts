import assert from 'node:assert/strict';
import pg from 'pg';
import type { Tags } from '../../../shared/domain/resource/throw-away.ts';
import { waitUntil } from '../wait-until.ts';
import { type BackupFixture, type BackupRun, openBackupFixture, policyOf, region } from './backup.ts';

export const policy = policyOf('own');
const rows = 2000;

/** Names of tables that every run must have in its evidence. */
const tables = ['public."Größe; drop"', 'public.orders'];

export type OwnFixture = {
  readonly fixture: BackupFixture;
  /** Manual snapshots, oldest first. */
  snapshots(): Promise<string[]>;
  tagsOf(snapshot: string): Promise<Tags>;
  /** Waits for a status; `gone` when there is no such instance any more. */
  becomes(instance: string, status: string): Promise<void>;
  remove(instance: string): Promise<void>;
  stopSource(): Promise<void>;
  startSource(): Promise<void>;
  sql(text: string): Promise<void>;
};

/**
 * A small database of its own for the tests of one describe block. After each test the source is as it was, and every
 * snapshot that was there is still there.
 */
export function useOwnFixture(): () => OwnFixture {
  let opened: OwnFixture | undefined;
  const own = (): OwnFixture => {
    assert.ok(opened);
    return opened;
  };
  const seen = new Set<string>();

  beforeAll(async () => {
    // The source, and two copies or by-standers.
    opened = withShortcuts(await openBackupFixture({ database: 'own', rds: { limits: { instances: 3 } }, fill }));
  });
  afterAll(() => opened?.fixture.close());
  afterEach(async () => {
    const { fixture, snapshots, becomes } = own();
    fixture.refuse = undefined;
    await becomes(policy.instance, 'available');
    const counted = await fixture.asMaster((client) => client.query('select count(*)::int as n from orders'));
    assert.deepEqual(counted.rows, [{ n: rows }]);
    const now = await snapshots();
    for (const known of seen) assert.ok(now.includes(known), `snapshot '${known}' is lost`);
    for (const identifier of now) seen.add(identifier);
  });
  return own;
}

async function fill(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  await client.query(`create table orders (id integer primary key, note text not null);
insert into orders select n, 'order ' || n from generate_series(1, ${rows}) n;
create table "Größe; drop" (v text);
insert into "Größe; drop" values ('ä')`);
  await client.query('vacuum (freeze, analyze)');
  await client.end();
}

function withShortcuts(fixture: BackupFixture): OwnFixture {
  const becomes: OwnFixture['becomes'] = (identifier, status) =>
    waitUntil(`instance '${identifier}' is ${status}`, () => {
      const found = fixture.sandbox.rds.inspect
        .instances(region)
        .find((instance) => instance.identifier === identifier);
      return (found?.status ?? 'gone') === status;
    });
  const source = { DBInstanceIdentifier: policy.instance };
  return {
    fixture,
    becomes,
    snapshots: async () => {
      const input = { SnapshotType: 'manual' };
      type Answer = { DBSnapshots: { DBSnapshotIdentifier: string }[] };
      const { DBSnapshots } = await fixture.call<Answer>('rds', 'DescribeDBSnapshots', input);
      return DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
    },
    tagsOf: async (DBSnapshotIdentifier) => {
      type Answer = { DBSnapshots: { TagList: { Key: string; Value: string }[] }[] };
      const { DBSnapshots } = await fixture.call<Answer>('rds', 'DescribeDBSnapshots', { DBSnapshotIdentifier });
      return Object.fromEntries((DBSnapshots[0]?.TagList ?? []).map(({ Key, Value }) => [Key, Value]));
    },
    remove: async (DBInstanceIdentifier) => {
      await fixture.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
      await becomes(DBInstanceIdentifier, 'gone');
    },
    stopSource: async () => {
      await fixture.call('rds', 'StopDBInstance', source);
      await becomes(policy.instance, 'stopped');
    },
    startSource: async () => {
      await fixture.call('rds', 'StartDBInstance', source);
      await becomes(policy.instance, 'available');
    },
    sql: async (text) => {
      await fixture.asSuperuser(policy.instance, (client) => client.query(text));
    },
  };
}

/** Ended by the name of what was wrong, reported with a remedy, recorded, notified, and cleaned up. */
export function assertFailure(run: BackupRun, error: string, cause: RegExp): void {
  assert.equal(run.status, 'FAILED');
  assert.equal(run.error, error, run.cause);
  assert.match(run.cause, new RegExp(error));
  const { failure, verdict, cleanUpFailure } = run.evidence;
  assert.equal(failure?.error, error);
  assert.match(failure?.cause ?? '', cause);
  assert.equal(verdict, 'failed');
  assert.equal(cleanUpFailure, null);
  assert.equal(run.notifications.length, 1);
  assert.equal(run.notifications[0]?.attributes['verdict'], 'failed');
  assert.deepEqual(run.copies, []);
}

export function assertProven(run: BackupRun): void {
  assert.equal(run.status, 'SUCCEEDED', run.cause);
  assert.deepEqual(run.copies, []);
  const proven = run.evidence.tables.filter(({ status }) => status === 'proven').map(({ table }) => table);
  assert.deepEqual(proven.sort(), tables);
}
