// Runs the test files with Node's own runner, fast layers first: `npm test`, or `npm test -- unit statemachines`.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';

const layers = ['unit', 'repository', 'statemachines', 'sandbox'];
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((layer) => !layers.includes(layer) && !existsSync(layer));
if (unknown.length > 0) {
  console.error(
    `unknown test layer '${unknown.join("', '")}'\nHINT: use ${layers.join(', ')} or the path of a test file.`,
  );
  process.exit(2);
}
const patterns = wanted.length === 0 ? layers : wanted;
for (const pattern of patterns) {
  const files = existsSync(pattern) ? [pattern] : globSync(`tests/${pattern}/**/*.test.ts`).sort();
  if (files.length === 0) continue;
  const concurrency = pattern === 'sandbox' ? '2' : '4';
  const arguments_ = ['--test', `--test-concurrency=${concurrency}`, '--test-reporter=spec', ...files];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
