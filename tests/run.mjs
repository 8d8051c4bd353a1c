// Runs the tests: `npm test`, `npm test -- unit statemachines`, `npm test -- tests/unit/x.test.ts`, `npm test -- -t 'part of a name'`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packageStage } from '../sandbox/package/package-stage.ts';
import { closingLine, readResults } from './runner/results.ts';
import { roomyTemporaryDirectory } from './runner/temporary.mjs';
import { chooseFiles, UsageError } from './runner/usage.ts';
import { leftBehind, processesOf } from './support/left-behind.ts';

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
/** Types are stripped and modules compiled once, not for each file. */
const compiled = path.join(root, 'node_modules/.cache/pg-gameday-tests/compiled');

try {
  process.exitCode = await main(chooseFiles(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main({ files, names, forJest }) {
  // Tests and what they start see this as their temporary directory: what is in it at the end was left by them.
  const temporary = mkdtempSync(path.join(roomyTemporaryDirectory(), 'gd-'));
  chmodSync(temporary, 0o755); // Root's servers run as another user.
  // Beside it, not in it: a failed run may leave more than it should.
  const resultsFile = `${temporary}.json`;
  process.once('exit', () => {
    for (const made of [temporary, resultsFile]) rmSync(made, { recursive: true, force: true });
  });
  if (files.some((file) => /^tests\/(sandbox|emulator)\//.test(file))) {
    const since = performance.now();
    await packageStage('dev', 'dist/dev');
    console.log(`package of stage dev: ${((performance.now() - since) / 1000).toFixed(1)} s`);
  }
  console.log(`${files.length} ${files.length === 1 ? 'file' : 'files'}, temporary directory ${temporary}`);
  const jest = spawn(
    process.execPath,
    ['node_modules/jest/bin/jest.js', '--config', 'tests/jest.config.mjs', ...forJest, '--runTestsByPath', ...files],
    {
      stdio: 'inherit',
      env: { NODE_COMPILE_CACHE: compiled, ...process.env, TMPDIR: temporary, TEST_RESULTS: resultsFile },
    },
  );
  // The files' processes end when jest has ended; what they started may not know of it.
  let interrupted = false;
  const forward = (name) => {
    interrupted = true;
    jest.kill(name);
  };
  process.on('SIGINT', forward).on('SIGTERM', forward).on('SIGHUP', forward);
  const [status, signal] = await once(jest, 'close');
  if (interrupted) {
    for (const pid of processesOf(temporary)) process.kill(pid, 'SIGKILL');
    return 130;
  }
  const left = leftBehind(temporary);
  if (left.length > 0) console.error(`\ntests left behind in ${temporary}:\n  ${left.join('\n  ')}`);
  const results = readResults(resultsFile, files);
  for (const line of results.lines) console.log(line);
  // With a part of a name, what is not wanted is not run; otherwise every test must be.
  const counts = { ...results.counts, skipped: names === undefined ? results.counts.skipped : 0 };
  for (const complaint of results.complaints) console.error(complaint);
  if (counts.passed === 0) console.error('no test has run');
  console.log(`\n${closingLine(counts)}`);
  if (signal !== null) return 1;
  const isGood =
    status === 0 &&
    left.length === 0 &&
    results.complaints.length === 0 &&
    counts.passed > 0 &&
    counts.failed === 0 &&
    counts.skipped === 0;
  return isGood ? 0 : status || 1;
}
