import assert from 'node:assert/strict';
import { filesOf, type SourceFile } from './files.ts';

const mostLines = 300;
/** Files that are longer, each with its reason; another may report its own in its head: `Longer than 300 lines: …`. */
const longFiles: Readonly<Record<string, string>> = {
  'tests/unit/sandbox/iam-policies.test.ts': 'each rule by which IAM decides, with its counter-example',
  'tests/workflows/backup-and-verify.test.ts': 'one workflow, in which every catch is taken once, in its order',
  'tests/emulator/wire-protocol.test.ts': 'five protocols are held against one another in one table of operations',
};

const ownReason = /^(?:\/\/| \*) Longer than 300 lines: .{15,}$/m;

/** Written apart, so that this file does not find itself. */
const leftOvers = new RegExp(
  `\\b(${['TO', 'FIX', 'XX'].map((head, index) => head + ['DO', 'ME', 'X'][index]).join('|')})\\b`,
);
const places = new RegExp(
  ['/work', '/root', '/home/\\w+', '/Users/\\w+'].map((head) => `(?<![\\w.$}-])${head}/`).join('|'),
);
const registries = new RegExp(
  ['registry\\.[a-z]+js\\.org', 'registry\\.yarn', 'art' + 'ifactory\\.', 'npm\\.pkg\\.github'].join('|'),
);

/** `restore` would find `restore-test`, and a title is for people. */
const byBeginning = /name\.startsWith\((`\$\{workflow\}|'(?!pg-gameday-|gd-)[a-z]+(-[a-z]+)+-')|title\.startsWith\(/;
/** Command lines are read by shared/command-line, which refuses and hints in one way. */
const ownWords = /\bparseArgs\(/;
/** A command that was started by its own file has run when a constant below it gets its value. */
const lateConstant = /(?<=^await startWhenCalled\([^\n]*\n[\s\S]*)^(?:export )?const \w+/m;

function faultsOf({ path, text }: SourceFile): string[] {
  const faults: string[] = [];
  const name = path.split('/').at(-1) ?? '';
  const isCode = /\.(ts|mjs)$/.test(path);
  const lines = text.split('\n').length - 1;
  if (isCode && lines > mostLines && longFiles[path] === undefined && !ownReason.test(text.slice(0, 2000)))
    faults.push(`${path} has ${lines} lines, at most ${mostLines}`);
  const isShared = path === 'shared/contracts/common.ts'; // what all contracts have, as the architecture names it
  if (!isShared && /^(utils?|helpers?|common|misc)\.(ts|mjs)$/.test(name))
    faults.push(`${path} has a name that says nothing`);
  const statements = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim();
  if (isCode && /^(export\s+(type\s+)?(\*|\{[^}]*\})(\s+as\s+\w+)?\s+from\s+['"][^'"]+['"];?\s*)+$/.test(statements)) {
    const isSubstitute = path.startsWith('packaging/'); // takes the place of a package in the bundles
    if (!isSubstitute) faults.push(`${path} only passes on what others export`);
  }
  const found = (pattern: RegExp, what: string) => {
    const match = pattern.exec(text);
    if (match !== null)
      faults.push(`${path} line ${text.slice(0, match.index).split('\n').length} ${what}: ${match[0]}`);
  };
  found(leftOvers, 'leaves something to be done');
  found(places, 'names a place of one machine');
  if (/^(sandbox|operator)\//.test(path)) found(byBeginning, 'finds something by the beginning of its name');
  if (/^(sandbox|operator)\//.test(path)) found(ownWords, 'reads words of its own');
  found(registries, 'names a registry');
  if (isCode) found(lateConstant, 'makes a constant that its command has needed already');
  if (isCode)
    found(
      /\bsetTimeout\(\s*\w+\s*,|\b(test|describe|it)\.(skip|only|todo)\b/.test(text) && path.startsWith('tests/')
        ? /\b(test|describe|it)\.(skip|only|todo)\b/
        : /(?!)/,
      'leaves a test out',
    );
  if (text.length > 0 && !text.endsWith('\n')) faults.push(`${path} does not end with a line end`);
  return faults;
}

const files = () =>
  filesOf('**/*.{ts,mjs,js,yml,yaml,json,md,sql}')
    .concat(filesOf('.github/**/*.yml'))
    .filter(({ path }) => path !== 'package-lock.json');

describe('every file', () => {
  test('keeps the rules of the house', () => {
    const all = files();
    assert.ok(all.length > 150);
    assert.deepEqual(all.flatMap(faultsOf), []);
  });

  const long = 'const a = 1;\n'.repeat(mostLines + 1);
  const broken: [string, SourceFile, RegExp][] = [
    ['too long', { path: 'shared/a.ts', text: long }, /has 301 lines/],
    ['named utils', { path: 'shared/utils.ts', text: '' }, /says nothing/],
    [
      'a barrel',
      { path: 'shared/index.ts', text: "// All.\nexport * from './a.ts';\nexport { b } from './b.ts';\n" },
      /only passes on/,
    ],
    [
      'a lookup by the beginning',
      { path: 'sandbox/a.ts', text: `machines.find(({ name }) => ${'name.starts' + 'With'}('cost-report-'));\n` },
      /line 1 finds something by the beginning of its name/,
    ],
    [
      'a lookup by the beginning of a title',
      { path: 'operator/a.ts', text: `steps.find(({ title }) => ${'title.starts' + 'With'}('policy '));\n` },
      /line 1 finds something by the beginning/,
    ],
    [
      'a reader of its own words',
      { path: 'operator/a.ts', text: `const { values } = ${'parse' + 'Args'}({ options });\n` },
      /line 1 reads words of its own/,
    ],
    [
      'a command with a constant below its start',
      { path: 'operator/a.ts', text: `await ${'startWhen' + 'Called'}(import.meta.url, a);\n\nconst b = () => 1;\n` },
      /line 3 makes a constant that its command has needed already: const b/,
    ],
    ['unfinished', { path: 'shared/a.ts', text: `// ${'TO'}DO later\n` }, /line 1 leaves something/],
    ['bound to a machine', { path: 'docs/a.md', text: `\nsee ${'/wo'}rk/main/a\n` }, /line 2 names a place/],
    ['bound to a home', { path: 'docs/a.md', text: `see ${'/ho'}me/someone/a\n` }, /names a place/],
    ['bound to a registry', { path: 'docs/a.md', text: `https://registry.${'npm'}js.org/pg\n` }, /names a registry/],
    [
      'a test that is left out',
      { path: 'tests/a.test.ts', text: `test.${'skip'}('a', () => {});\n` },
      /leaves a test out/,
    ],
    ['without its last line end', { path: 'docs/a.md', text: 'a' }, /line end/],
  ];
  for (const [what, file, fault] of broken) {
    test(`is reported when it is ${what}`, () => assert.match(faultsOf(file).join('\n'), fault));
  }

  test('that may be long is still there', () => {
    for (const path of Object.keys(longFiles)) assert.equal(filesOf(path).length, 1, path);
  });

  test('may report itself why it is long', () => {
    const text = `// Longer than 300 lines: one case for each rule\n${long}`;
    assert.deepEqual(faultsOf({ path: 'shared/a.ts', text }), []);
    assert.notDeepEqual(faultsOf({ path: 'shared/a.ts', text: text.replace('one case for each ', '') }), []);
  });
});
