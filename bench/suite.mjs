/**
 * Wall time and core seconds of `npm test`, to compare two commits on an idle machine in one sitting:
 *
 *   node bench/suite.mjs <checkout> [<other checkout>] …
 *
 * Each checkout needs its own `npm ci`. They run in turn, in memory where there is room.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const seconds = () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100; // of children that have ended, and theirs
};

for (const checkout of process.argv.slice(2)) {
  const before = seconds();
  const since = performance.now();
  const env = { ...process.env, TMPDIR: process.env.TMPDIR ?? '/dev/shm' };
  const { status } = spawnSync('npm', ['test', '--silent'], {
    cwd: checkout,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const wall = (performance.now() - since) / 1000;
  console.log(
    `${checkout}: ${wall.toFixed(0)} s, ${(seconds() - before).toFixed(0)} core seconds, exit code ${status}`,
  );
}
