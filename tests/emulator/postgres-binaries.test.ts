import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { findServerBinaries } from '../../sandbox/postgres/binaries.ts';
import { findClientTools, offsetOfArchive } from '../../sandbox/postgres/client-tools.ts';
import { runCommand } from '../../sandbox/postgres/command.ts';
import { isReachableByServers, requireReachable, serverUser } from '../../sandbox/postgres/server-user.ts';

describe('the PostgreSQL binaries', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'pgd-binaries-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  async function fakeTools(version: string): Promise<string> {
    const directory = path.join(root, version);
    await mkdir(directory);
    for (const name of ['psql', 'pg_dump', 'pg_dumpall', 'pg_restore']) {
      await writeFile(path.join(directory, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`, {
        mode: 0o755,
      });
    }
    return directory;
  }

  test('of the server run, with every library, as the user that runs servers', async () => {
    const binaries = await findServerBinaries();
    const printed = await runCommand(binaries.postgres, ['--version'], { user: serverUser });
    assert.match(printed, new RegExp(`^postgres \\(PostgreSQL\\) ${binaries.version}$`, 'm'));
    assert.ok(
      (await stat(path.join(binaries.directory, 'lib/libpq.so.5')).catch(() => undefined)) ??
        process.platform !== 'linux',
    );
  });

  test('of another kind of computer are missed by name, with a remedy', async () => {
    await assert.rejects(findServerBinaries('win32-x64'), {
      name: 'BinariesNotFoundError',
      message: /^no PostgreSQL server for platform 'win32-x64'.*\nHINT: /,
    });
    await assert.rejects(findClientTools(18, { directories: [], platform: 'sunos-sparc' }), {
      name: 'BinariesNotFoundError',
      message: /^no client tools .* of major 18 or newer on 'sunos-sparc'\nHINT: /,
    });
  });

  test('of the client are the system’s when they are new enough, the oldest of those', async () => {
    const directories = await Promise.all(['17.2', '19.1', '18.3'].map(fakeTools));
    const found = async (major: number) => (await findClientTools(major, { directories })).version;
    assert.deepEqual([await found(17), await found(18), await found(19)], ['17.2', '18.3', '19.1']);
    await assert.rejects(findClientTools(20, { directories, platform: 'sunos-sparc' }), /of major 20 or newer/);
  });

  test('of the client are found in an archive inside another file, whatever stands before and behind it', async () => {
    const file = path.join(root, 'addon.node');
    const noise = gzipSync('not an archive');
    await runCommand('tar', ['-cf', path.join(root, 'a.tar'), '-C', root, '17.2']);
    await writeFile(file, noise);
    await appendFile(file, gzipSync(await readFile(path.join(root, 'a.tar'))));
    await appendFile(file, noise);
    assert.equal(await offsetOfArchive(file), noise.length + 10);
    await writeFile(file, noise);
    await assert.rejects(offsetOfArchive(file), /no compressed archive in/);
  });

  test('and data must be reachable for the user that runs servers', async () => {
    const closed = path.join(root, 'home');
    await chmod(root, 0o755);
    await mkdir(closed);
    await chmod(closed, 0o700);
    // Only root's servers run as another user.
    assert.equal(await isReachableByServers(path.join(closed, 'data')), serverUser === undefined);
    if (serverUser !== undefined) await assert.rejects(requireReachable(closed), { name: 'UnreachableDirectoryError' });
    assert.equal(await isReachableByServers(root), true);
  });
});
