/**
 * Size and import time of each function's bundle: the packaged file, imported in a fresh Node with nothing warm but
 * the page cache. Targets: 600 kB and 80 ms.
 *
 *   npm run package && npm run bench:bundles
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readPackage } from '../sandbox/template/read-package.ts';

const runs = Number(process.argv[2] ?? 7);
const directory = await mkdtemp(path.join(tmpdir(), 'pg-gameday-bundles-'));
try {
  const { functions } = await readPackage({
    directory: new URL('../dist/dev', import.meta.url).pathname,
    codeDirectory: directory,
    region: 'us-east-1',
    account: '123456789012',
  });
  console.log(`${'function'.padEnd(20)} ${'kB'.padStart(6)} ${'import ms, median (min to max)'.padStart(34)}`);
  for (const { logicalId, handler, codeDirectory } of functions) {
    const file = path.join(codeDirectory, `${handler.slice(0, handler.lastIndexOf('.'))}.mjs`);
    const script = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t)`;
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
      times.push(Number(stdout));
    }
    times.sort((left, right) => left - right);
    const [low = 0, middle = 0, high = 0] = [times[0], times[Math.floor(runs / 2)], times.at(-1)];
    const { size } = await stat(file);
    const name = logicalId.replace(/LambdaFunction$/, '');
    console.log(
      `${name.padEnd(20)} ${(size / 1000).toFixed(0).padStart(6)} ${`${middle.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`.padStart(34)}`,
    );
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
