import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leftBehind } from '../support/left-behind.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('what tests leave behind', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'left-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('is nothing in a fresh directory', () => {
    assert.deepEqual(leftBehind(directory), []);
  });

  test('is each file and directory but for the caches', () => {
    writeFileSync(path.join(directory, 'witness.json'), '{}');
    for (const name of ['verifyTables-1-2', 'node-compile-cache', 'pg-gameday-cache-0'])
      mkdirSync(path.join(directory, name));
    assert.deepEqual(leftBehind(directory), ['file or directory verifyTables-1-2', 'file or directory witness.json']);
    for (const name of ['witness.json', 'verifyTables-1-2']) rmSync(path.join(directory, name), { recursive: true });
  });

  const waiting = ['--eval', 'setInterval(() => {}, 1000)'];
  const ways = {
    'by its environment': { words: waiting, env: () => ({ ...process.env, TMPDIR: directory }) },
    'by its command line': { words: waiting, env: () => ({}) },
  };
  for (const [way, { words, env }] of Object.entries(ways)) {
    test(`is a process that is known ${way}`, async () => {
      if (!existsSync('/proc/self')) return assert.deepEqual(leftBehind(directory), []);
      const named = way === 'by its command line' ? [...words, directory] : words;
      const child = spawn(process.execPath, named, { env: env(), stdio: 'ignore' });
      try {
        await waitUntil('the process is found', () => leftBehind(directory).length === 1);
        assert.match(leftBehind(directory)[0] ?? '', new RegExp(`^process ${child.pid} .*setInterval`));
      } finally {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      assert.deepEqual(leftBehind(directory), []);
    });
  }
});
