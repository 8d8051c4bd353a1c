// Runs the test files with Node's own runner, fast layers first: `npm test`, or `npm test -- unit statemachines`.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leftBehind } from './support/left-behind.ts';

const layers = ['unit', 'repository', 'statemachines', 'sandbox'];
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((layer) => !layers.includes(layer) && !existsSync(layer));
if (unknown.length > 0) {
  console.error(
    `unknown test layer '${unknown.join("', '")}'\nHINT: use ${layers.join(', ')} or the path of a test file.`,
  );
  process.exit(2);
}

// Tests and what they start see this as their temporary directory: what is in it at the end was left by them.
const temporary = mkdtempSync(path.join(tmpdir(), 'gd-'));
chmodSync(temporary, 0o755); // Root's servers run as another user.
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));

function run(command) {
  const environment = { ...process.env, TMPDIR: temporary };
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env: environment });
  if (status !== 0) process.exit(status ?? 1);
}

for (const pattern of wanted.length === 0 ? layers : wanted) {
  // A layer may bear the name of a folder of the project.
  const files = layers.includes(pattern) ? globSync(`tests/${pattern}/**/*.test.ts`).sort() : [pattern];
  if (files.length === 0) continue;
  const needsPackage = files.some((file) => file.includes('sandbox/'));
  if (needsPackage) run(['node_modules/.bin/serverless', 'package', '--stage', 'dev', '--package', 'dist/dev']);
  console.log(`\n${pattern}: ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
  // Files of the sandbox start servers of their own: two at a time fill two cores.
  run(['--test', `--test-concurrency=${needsPackage ? 2 : 4}`, '--test-reporter=spec', ...files]);
}

const left = leftBehind(temporary);
if (left.length > 0) {
  console.error(`\ntests left behind in ${temporary}:\n  ${left.join('\n  ')}`);
  process.exitCode = 1;
}
