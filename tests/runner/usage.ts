import { existsSync, globSync } from 'node:fs';
import path from 'node:path';

export const layers = ['unit', 'repository', 'asl', 'workflows', 'emulator', 'sandbox'];

/** What was asked for cannot be run: reported in one sentence. */
export class UsageError extends Error {}

const nameOptions = ['-t', '--testNamePattern'];

export type Choice = {
  readonly files: readonly string[];
  readonly names: string | undefined;
  readonly forJest: readonly string[];
};

/**
 * The test files that the words of a command line name, in no order, the part of a name that tests must have, and the
 * options that are jest's own. No word at all is every layer.
 */
export function chooseFiles(words: readonly string[]): Choice {
  const wanted: string[] = [];
  const forJest: string[] = [];
  let names: string | undefined;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [option = '', value] = word.split(/=(.*)/s);
    if (nameOptions.includes(option)) {
      names = value ?? rest.shift();
      if (names === undefined) throw new UsageError(`'${word}' has no part of a name after it`);
    } else if (word.startsWith('-')) forJest.push(word);
    else wanted.push(word);
  }
  const unknown = wanted.filter((word) => !layers.includes(word) && !existsSync(word));
  if (unknown.length > 0)
    throw new UsageError(
      `unknown test layer '${unknown.join("', '")}'\nHINT: use ${layers.join(', ')} or the path of a test file.`,
    );
  const files = (wanted.length === 0 ? layers : wanted).flatMap(filesOf);
  if (files.length === 0) throw new UsageError(`no test file in '${wanted.join("', '")}'\nHINT: they end in .test.ts.`);
  if (names !== undefined) forJest.push(`--testNamePattern=${names}`);
  return { files: [...new Set(files)], names, forJest };
}

/** A layer may bear the name of a folder of the project. */
function filesOf(word: string): string[] {
  if (word.endsWith('.test.ts')) return [path.relative('.', word)];
  return globSync(`${layers.includes(word) ? `tests/${word}` : path.relative('.', word)}/**/*.test.ts`);
}
