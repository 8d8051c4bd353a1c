import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { runCommand } from '../../../../sandbox/package/run-command.ts';
import { isAlive } from '../../../../sandbox/postgres/processes.ts';
import { waitUntil } from '../../../support/wait-until.ts';

/** A command in JavaScript; `service()` starts what a bundler starts: a process that keeps its output open. */
const run = (script: string, more: { readonly signal?: AbortSignal; readonly deadline?: number } = {}) =>
  runCommand({
    name: 'bundle all',
    program: process.execPath,
    words: [
      '-e',
      `const service = () => { const child = require('node:child_process').spawn(process.execPath,
         ['-e', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'inherit', 'inherit'] }); console.log('pid ' + child.pid); };
       ${script}`,
    ],
    cwd: tmpdir(),
    environment: process.env,
    signal: more.signal,
    deadline: more.deadline ?? 600_000,
  });

describe('a command that packages', () => {
  test('is over when it has ended, whatever it has started and left', async () => {
    await run('service(); process.exitCode = 0; setTimeout(() => process.exit(0), 1);');
    await assert.rejects(
      run('service(); console.error("no room"); setTimeout(() => process.exit(3), 1);'),
      (error: Error) => {
        assert.match(error.message, /^'bundle all' ended with 3\n[\s\S]*no room/);
        return true;
      },
    );
  });

  test('is ended at its deadline with all that it has started, and says so', async () => {
    let said = '';
    await assert.rejects(run('service(); setInterval(() => {}, 1000);', { deadline: 3000 }), ({ message }: Error) => {
      said = message;
      return /^'bundle all' did not end within 3 s and was ended\n/.test(message);
    });
    // A machine that is too busy to start it has nothing to end.
    const service = /pid (\d+)/.exec(said)?.[1];
    if (service !== undefined) await waitUntil('its service is gone', () => !isAlive(Number(service)));
  });

  test('is ended when nobody wants it any more', async () => {
    const nobody = new AbortController();
    const ended = run('service(); setInterval(() => {}, 1000);', { signal: nobody.signal });
    nobody.abort(new Error('interrupted'));
    await assert.rejects(ended, /interrupted/);
    await assert.rejects(run('', { signal: nobody.signal }), /interrupted/);
  });
});
