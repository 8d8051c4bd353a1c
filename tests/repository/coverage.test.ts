import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { filesOf, root, textOf } from './files.ts';

/** Every row that is asked for. */
const ids = [
  ...['E1', 'E2', 'E3', 'E4', 'H1', 'H2', 'H3', 'H4', 'H5', 'D1', 'D2', 'D3', 'D4', 'D5', 'D6'],
  ...['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M10', 'S1', 'S2', 'S3', 'S4', 'S5'],
  ...['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9', 'B10', 'T1', 'T2', 'T3', 'T4'],
  ...['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'I1', 'I2', 'I3', 'I4'],
];

type Row = { readonly id: string; readonly does: string; readonly shownBy: string };

const rowsOf = (text: string): Row[] =>
  [...text.matchAll(/^\| ([A-Z]\d+) \| [^|]+ \| ([^|]*) \| ?([^|]*)\|$/gm)].map(
    ([, id = '', does = '', shownBy = '']) => ({
      id,
      does: does.trim(),
      shownBy: shownBy.trim(),
    }),
  );

const scripts = () =>
  (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> }).scripts;
const workflows = () =>
  filesOf('statemachines/*.asl.yml').map(({ path }) => /([^/]+)\.asl\.yml$/.exec(path)?.[1] ?? '');

/** What a row names and what is not there; a row that names nothing must say "not yet". */
function faultsOf({ id, does, shownBy }: Row): string[] {
  const named = [...`${does} ${shownBy}`.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const missing = named.filter((name) => {
    const [npm, run, script] = name.split(' ');
    if (npm === 'npm') return run === 'start' || run === 'test' ? false : scripts()[script ?? ''] === undefined;
    return name.includes('/') || name.includes('.') ? !existsSync(`${root}${name}`) : !workflows().includes(name);
  });
  return [
    ...missing.map((name) => `${id} names '${name}', which is not there`),
    ...(shownBy.includes('`') || does === 'not yet' ? [] : [`${id} names nothing that shows it`]),
  ];
}

describe('docs/coverage.md', () => {
  test('has every row once', () => {
    assert.deepEqual(
      rowsOf(textOf('docs/coverage.md')).map(({ id }) => id),
      ids,
    );
  });

  test('names only what is there, and for each row what shows it, or says "not yet"', () => {
    assert.deepEqual(rowsOf(textOf('docs/coverage.md')).flatMap(faultsOf), []);
  });

  for (const [what, row] of [
    ['a test that is not there', { id: 'B1', does: '`retention`', shownBy: '`tests/unit/none.test.ts`' }],
    ['a workflow that is not there', { id: 'B1', does: '`restore-nothing`', shownBy: '`npm start`' }],
    ['a command that is not there', { id: 'B1', does: '`retention`', shownBy: '`npm run nothing`' }],
    ['nothing that shows it', { id: 'B1', does: '`retention`', shownBy: 'trust us' }],
  ] as const) {
    test(`is refused when it names ${what}`, () => assert.equal(faultsOf(row).length, 1));
  }
});
