import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeReport } from '../../../sandbox/commands/drill.ts';
import { leftIn, takeDirectory } from '../../../sandbox/commands/lock.ts';
import { checkWritable, preflight } from '../../../sandbox/commands/preflight.ts';
import { isAlive } from '../../../sandbox/postgres/processes.ts';
import { waitUntil } from '../../support/wait-until.ts';

let place: string;
beforeAll(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'preflight-'));
  await writeFile(path.join(place, 'file'), '');
});
afterAll(() => rm(place, { recursive: true }));

describe('before anything is started', () => {
  const small = () => ({ dataDirectory: path.join(place, 'data'), port: 0, megabytes: 10 });

  test('a place that cannot be written is named, with the option that names another', () => {
    for (const [directory, why] of [
      [path.join(place, 'file', 'reports'), /cannot be written: ENOTDIR/],
      ['/proc/reports', /cannot be written: /],
    ] as const) {
      if (!existsSync('/proc') && directory.startsWith('/proc')) continue;
      assert.throws(
        () => checkWritable(directory, '--reports'),
        (error: Error) => {
          assert.match(error.message, /^directory '.*reports' of --reports cannot be written: /);
          assert.match(error.message, why);
          assert.match(error.message, /\nHINT: Name another one with --reports, /);
          return true;
        },
      );
    }
    assert.doesNotThrow(() => checkWritable(path.join(place, 'not', 'yet', 'there'), '--reports'));
    assert.equal(existsSync(path.join(place, 'not')), false, 'looking makes nothing');
  });

  test('a disk without room is named with what is free and what is wanted', async () => {
    await assert.rejects(
      preflight({ ...small(), megabytes: 200 }, () => 899e6),
      /has 899 MB free, 900 MB are wanted for 200 MB of data\nHINT: Free some/,
    );
    await preflight({ ...small(), megabytes: 200 }, () => 900e6);
  });

  test('a port in use is named', async () => {
    const holder = net.createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', () => resolve()));
    const { port } = holder.address() as net.AddressInfo;
    await assert.rejects(
      preflight({ ...small(), port }),
      new RegExp(`^CommandLineError: port ${port} of 127\\.0\\.0\\.1 is in use\nHINT: Name another`),
    );
    await new Promise((resolve) => holder.close(resolve));
    await preflight({ ...small(), port });
  });
});

test('a report that cannot be written is said, and breaks nothing off', async () => {
  const lines: string[] = [];
  const terminal = { line: (text = '') => void lines.push(text) };
  await writeReport(new Map([['report.html', '<p>']]), path.join(place, 'file', 'run'), terminal);
  assert.match(lines.join('\n'), /^Report {5}NOT WRITTEN: ENOTDIR.*\n +Name another directory with --reports/);
});

describe('what a killed sandbox left never blocks the next start', () => {
  test('killed before its lock was written', async () => {
    const directory = path.join(place, 'empty');
    await mkdir(directory);
    await takeDirectory(directory);
    assert.ok(existsSync(path.join(directory, 'sandbox.json')));
  });

  test('killed while packaging: the packaging that goes on is ended, and status names it before', async () => {
    const directory = path.join(place, 'packaging');
    await mkdir(directory);
    const dead = { pid: 2 ** 30, endpoint: null, startedAt: '2026-03-01T08:30:00.000Z' };
    await writeFile(path.join(directory, 'sandbox.json'), JSON.stringify(dead));
    await mkdir(path.join(directory, 'package-workspace', 'tmp'), { recursive: true });
    // As serverless does, it writes again and again.
    const script = `const fs = require('node:fs'); const at = process.argv.at(-1) + '-workspace';
      setInterval(() => { fs.mkdirSync(at + '/again', { recursive: true }); fs.writeFileSync(at + '/again/x' + Date.now(), ''); }, 1);
      fs.writeFileSync(at + '/began', '');`;
    const words = ['-e', script, 'serverless', 'package', '--package', path.join(directory, 'package')];
    const packaging = spawn(process.execPath, words, { stdio: 'ignore' });
    const ended = new Promise((resolve) => packaging.once('close', resolve));
    try {
      await waitUntil('it writes', () => existsSync(path.join(directory, 'package-workspace', 'began')));
      assert.equal(
        leftIn(directory),
        `one that was killed, begun 2026-03-01T08:30:00.000Z left processes ${packaging.pid} and directory '${directory}'`,
      );
      await takeDirectory(directory);
      assert.equal(isAlive(packaging.pid ?? -1), false);
      assert.equal(existsSync(path.join(directory, 'package-workspace')), false);
    } finally {
      packaging.kill('SIGKILL');
      await ended;
    }
  });

  test('a link where the directory should be is not followed', async () => {
    const [target, link] = [path.join(place, 'target'), path.join(place, 'link')];
    await mkdir(target);
    await symlink(target, link);
    await assert.rejects(takeDirectory(link), /was not made by a sandbox/);
    assert.ok(existsSync(target));
  });

  test("another's directory is not touched, and nothing is said of it", async () => {
    const directory = path.join(place, 'mine');
    await mkdir(directory);
    await writeFile(path.join(directory, 'thesis.txt'), 'ten years');
    await assert.rejects(takeDirectory(directory), /was not made by a sandbox/);
    assert.equal(leftIn(directory), undefined);
    assert.ok(existsSync(path.join(directory, 'thesis.txt')));
  });
});
