import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');

/** Numbers, times and names of one run become the same word. */
const normal = (line: string) =>
  line
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\d+(\.\d+)?/g, 'N')
    .replace(/\s+/g, ' ')
    .trim();

test('the first command of the README prints what the README shows, and proves the backup', async () => {
  assert.match(readme, /^ {4}npm ci && npm start$/m);
  const shown = /```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';

  const child = spawn('npm', ['start', '--silent'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (data) => {
    printed += String(data);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const report = /Report +(.*)\/report\.html/.exec(printed)?.[1];
  if (report !== undefined) await rm(new URL(`../../../${report}`, import.meta.url), { recursive: true });

  assert.equal(code, 0, printed);
  assert.deepEqual(printed.trim().split('\n').map(normal), shown.trim().split('\n').map(normal));
});

test('the second command of the README runs these tests', async () => {
  assert.match(readme, /^ {4}npm ci && npm test$/m);
  const { scripts } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  assert.equal(scripts['test'], 'node tests/run.mjs');
});
