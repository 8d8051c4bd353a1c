/**
 * Wall time and core seconds of the suites of commits, to compare them on an idle machine in one sitting:
 *
 *   node bench/suite.mjs <checkout> [<other checkout>] …
 *   node bench/suite.mjs --same <older checkout> <newer checkout>
 *
 * Each checkout needs its own `npm ci`. They run in turn, in memory where there is room. With `--same` the newer one runs the
 * tests that the older one has, too: by their name, or by the most similar name where somebody has reworded it. Those are listed.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const seconds = () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100; // of children that have ended, and theirs
};

function measure(checkout, words) {
  const before = seconds();
  const since = performance.now();
  const env = { ...process.env, TMPDIR: process.env.TMPDIR ?? '/dev/shm' };
  const { status } = spawnSync(path.resolve(checkout, 'node_modules/.bin/node'), ['tests/run.mjs', ...words], {
    cwd: checkout,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const wall = (performance.now() - since) / 1000;
  console.log(
    `${checkout}: ${wall.toFixed(0)} s, ${(seconds() - before).toFixed(0)} core seconds, exit code ${status}`,
  );
  return wall;
}

const titled = /\b(?:test|it)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/gs;

/** Title, as it stands in the source, to the files that have it. */
function titlesOf(checkout) {
  const titles = new Map();
  for (const file of globSync('tests/**/*.test.ts', { cwd: checkout })) {
    for (const [, ...quoted] of readFileSync(path.join(checkout, file), 'utf8').matchAll(titled)) {
      const title = quoted.find((text) => text !== undefined);
      titles.set(title, [...(titles.get(title) ?? []), file]);
    }
  }
  return titles;
}

const wordsOf = (title) => new Set(title.toLowerCase().match(/[a-z0-9]+/g));

/** Of two names, the part of their words that they share. */
function likeness(one, other) {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / (a.size + b.size - shared);
}

/** A name with values in it is that of many tests. */
const patternOf = (title) =>
  title
    .replaceAll(/\\(['"`])/g, '$1')
    .split(/\$\{[^}]*\}/)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');

function sameTests(older, newer) {
  const [before, now] = [titlesOf(older), titlesOf(newer)];
  const chosen = [];
  for (const title of before.keys()) {
    if (now.has(title)) {
      chosen.push(title);
      continue;
    }
    const [best] = [...now.keys()]
      .map((other) => ({ other, like: likeness(title, other) }))
      .sort((a, b) => b.like - a.like);
    if (best === undefined || best.like < 0.5) console.log(`not there any more: ${title}`);
    else {
      console.log(`now by another name: ${title}\n  ${best.other}`);
      chosen.push(best.other);
    }
  }
  const files = new Set(chosen.flatMap((title) => now.get(title)));
  console.log(
    `${before.size} names in ${older}, of which ${chosen.length} are in ${files.size} files of ${newer}, beside ${now.size - new Set(chosen).size} others`,
  );
  return [...files, '-t', `(${[...new Set(chosen)].map(patternOf).join('|')})$`];
}

const [first, ...others] = process.argv.slice(2);
if (first !== '--same') for (const checkout of process.argv.slice(2)) measure(checkout, []);
else {
  const [older, newer] = others;
  const words = sameTests(older, newer);
  const wall = measure(older, []);
  console.log(`the same tests: ${(measure(newer, words) / wall).toFixed(2)} of the time`);
}
