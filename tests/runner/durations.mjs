import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const budgetsFile = path.join(root, 'tests/budgets.json');
/** Seconds of each file when it ran here last. */
const cacheFile = path.join(root, 'node_modules/.cache/pg-gameday-tests/durations.json');

/** Core seconds that a file may take: its own line, or that of its layer. Reported when it takes more, never a failure. */
export function budgetOf(file) {
  const { files, layers } = readJson(budgetsFile) ?? {};
  return files?.[file] ?? layers?.[file.split('/')[1]] ?? 0;
}

/** How long a file will take, by the last run on this machine, and in a fresh clone by its budget. */
export function expectedSeconds() {
  const known = readJson(cacheFile) ?? {};
  return (file) => known[file] ?? budgetOf(file);
}

export function keepDurations(files) {
  const known = readJson(cacheFile) ?? {};
  for (const { file, seconds } of files) known[file] = Math.round(seconds * 10) / 10;
  mkdirSync(path.dirname(cacheFile), { recursive: true });
  writeFileSync(cacheFile, JSON.stringify(known));
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
