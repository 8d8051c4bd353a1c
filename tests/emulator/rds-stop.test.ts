import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeClock } from '../../sandbox/clock.ts';
import { cleanLeftovers } from '../../sandbox/postgres/server-registry.ts';
import { socketDirectoryPrefix } from '../../sandbox/postgres/socket-directory.ts';
import { makeRds } from '../../sandbox/services/rds/make-rds.ts';
import { openAccount, region } from './rds-account.ts';

describe('the emulated RDS that stops', () => {
  test('in the middle of creating, copying and deleting leaves no server behind', async () => {
    const aws = await openAccount({ durations: { create: 0, snapshotInstant: 0, snapshotUpload: 0, copy: 600_000 } });
    await aws.createOrders();
    aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'one', DBInstanceIdentifier: 'orders' });
    await aws.snapshotBecomes('one', 'available');
    aws.call.CopyDBSnapshot({ SourceDBSnapshotIdentifier: 'one', TargetDBSnapshotIdentifier: 'two' });
    aws.call.RestoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: 'proof', DBSnapshotIdentifier: 'one' });
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'orders', SkipFinalSnapshot: true });
    await aws.close();
    assert.deepEqual(aws.rds.inspect.problems, []);
  });

  test('not at all refuses a second one in its directory, and is cleaned up with its sockets', async () => {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'pgd-long-'));
    await chmod(parent, 0o755);
    const dataDirectory = path.join(parent, 'x'.repeat(90));
    await mkdir(dataDirectory);
    const before = await shortDirectories();
    const aws = await openAccount({ dataDirectory, durations: { reboot: 600_000 } });
    try {
      await aws.createOrders();
      const { pid } = aws.rds.inspect.server(region, 'orders');
      await assert.rejects(
        makeRds({ clock: makeClock(), dataDirectory, account: '123456789012' }),
        new RegExp(`^LeftoverServersError: .*running servers \\(pid ${pid}\\)`),
      );
      const made = (await shortDirectories()).filter((name) => !before.includes(name));
      assert.equal(made.length, 1);
      assert.deepEqual(await cleanLeftovers(dataDirectory), [pid]);
      assert.equal(existsSync(dataDirectory), false);
      assert.equal(
        made.some((name) => existsSync(name)),
        false,
      );
    } finally {
      await aws.close();
      await rm(parent, { recursive: true });
    }
  });
});

async function shortDirectories(): Promise<string[]> {
  const prefix = socketDirectoryPrefix();
  const names = await readdir(path.dirname(prefix));
  return names.map((name) => path.join(path.dirname(prefix), name)).filter((name) => name.startsWith(prefix));
}
