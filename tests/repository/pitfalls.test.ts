import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { root, textOf } from './files.ts';

type Row = { readonly pitfall: string; readonly holds: string };

const rowsOf = (text: string): Row[] =>
  [...text.matchAll(/^\| (?!pitfall |---)([^|]+) \| ([^|]+) \|$/gm)].map(([, pitfall = '', holds = '']) => ({
    pitfall: pitfall.trim(),
    holds: holds.trim(),
  }));

/** `file`: title; `file`: title. A title holds no backtick. */
const testsIn = (holds: string) =>
  [...holds.matchAll(/`(tests\/[^`]+\.test\.ts)`: ([^`]+?)(?=; `|$)/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));

function faultsOf({ pitfall, holds }: Row): string[] {
  if (holds === 'not yet') return [];
  const tests = testsIn(holds);
  if (tests.length === 0 || tests.map(({ file, title }) => `\`${file}\`: ${title}`).join('; ') !== holds)
    return [`'${pitfall}' names no test that holds it: ${holds}`];
  return tests.flatMap(({ file, title }) => {
    if (!existsSync(`${root}${file}`)) return [`'${file}' is not there`];
    const titles = [...textOf(file).matchAll(/\btest\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g)].map(
      ([, , found]) => found,
    );
    return titles.includes(title) ? [] : [`'${file}' has no test '${title}'`];
  });
}

describe('docs/pitfalls.md', () => {
  test('has every pitfall that is known of replicas, fences and machines', () => {
    assert.equal(rowsOf(textOf('docs/pitfalls.md')).length, 21);
  });

  test('names for each a test that is there, by file and title, or says "not yet"', () => {
    assert.deepEqual(rowsOf(textOf('docs/pitfalls.md')).flatMap(faultsOf), []);
  });

  for (const [what, holds] of [
    ['a file that is not there', '`tests/unit/none.test.ts`: holds'],
    ['a title that is not there', '`tests/repository/pitfalls.test.ts`: is a title of nobody'],
    ['a file without a title', '`tests/repository/pitfalls.test.ts`'],
    ['no test', 'trust us'],
  ] as const)
    test(`is refused when it names ${what}`, () => assert.equal(faultsOf({ pitfall: 'one', holds }).length, 1));
});
