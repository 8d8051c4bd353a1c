import assert from 'node:assert/strict';
import { note } from '../support/note.ts';
import { filesOf } from './files.ts';

/** Of the Amazon States Language, the text of 22 November 2024 (https://states-language.net/spec.html). */
const sections = [
  'Top-level fields',
  'States',
  'Transitions',
  'Timestamps',
  'Data',
  'The Context Object',
  'Query Languages',
  'State Machine Variables',
  'Expressions',
  'Reserved "states" Variable with JSONata',
  'Input and Output Processing with JSONata',
  'JSONata Evaluation',
  'JSONata Runtime Errors',
  'JSONata Restrictions',
  'Errors',
  'Retrying after error',
  'Fallback states',
  'Table of State Types and Fields (JSONata)',
  'Pass State',
  'Task State',
  'Choice State',
  'Wait State',
  'Succeed State',
  'Fail State',
  'Parallel State',
  'Map State',
  'Appendix A: Predefined Error Codes',
];
// Not of it: "Example: Hello World", and what concerns JSONPath, which the interpreter refuses: JSONPath Concepts, Table of
// State Types and Fields (JSONPath), Appendix B.

/** What the specification leaves to AWS, and what is no rule of the language. */
const elsewhere = /^(developer guide|API|none): \S/;

type Cited = { readonly title: string; readonly citation: string | undefined };

/** Each test of a file with what it cites: in its own title, or in that of the group around it. */
function citationsOf(text: string): Cited[] {
  const titles = text.matchAll(/^( *)(describe|test)\(\s*(?:'((?:[^'\\]|\\.)*)'|`([^`]*)`)/gm);
  const groups: { indent: number; citation: string | undefined }[] = [];
  const cited: Cited[] = [];
  for (const [, spaces = '', kind, plain, template] of titles) {
    const title = plain ?? template ?? '';
    const indent = spaces.length;
    while ((groups.at(-1)?.indent ?? -1) >= indent) groups.pop();
    const citation = /^\[([^\]]+)\]/.exec(title)?.[1] ?? groups.at(-1)?.citation;
    if (kind === 'describe') groups.push({ indent, citation });
    else cited.push({ title, citation });
  }
  return cited;
}

function faultsOf(cited: readonly Cited[]): string[] {
  const wrong = cited.filter(({ citation = '' }) => !sections.includes(citation) && !elsewhere.test(citation));
  const covered = new Set(cited.map(({ citation }) => citation));
  return [
    ...wrong.map(({ title, citation }) => `'${title}' cites ${citation === undefined ? 'nothing' : `'${citation}'`}`),
    ...sections.filter((section) => !covered.has(section)).map((section) => `no test cites '${section}'`),
  ];
}

describe('the tests of the interpreter', () => {
  const cited = filesOf('tests/asl/*.test.ts').flatMap(({ text }) => citationsOf(text));

  test('cite the section of the published language each, and every section is cited', () => {
    assert.deepEqual(faultsOf(cited), []);
    const count = cited.filter(({ citation = '' }) => sections.includes(citation)).length;
    note(`${count} of ${cited.length} tests cite ${sections.length} sections, the others AWS's own pages`);
  });

  test('a test without a citation, one of an unknown section, and a section without a test are reported', () => {
    const text = `describe('[Pass State] x', () => {
  test('inner', () => {});
  test('[Wait State] other', () => {});
});
describe('group', () => {
  test('bare', () => {});
  test('[Loop State] unknown', () => {});
  test(\`[API: X] \${y}\`, () => {});
});
`;
    const found = citationsOf(text);
    assert.deepEqual(
      found.map(({ citation }) => citation),
      ['Pass State', 'Wait State', undefined, 'Loop State', 'API: X'],
    );
    const faults = faultsOf(found);
    assert.deepEqual(faults.slice(0, 2), ["'bare' cites nothing", "'[Loop State] unknown' cites 'Loop State'"]);
    assert.equal(faults.length, 2 + sections.length - 2);
    assert.ok(faults.includes("no test cites 'Map State'"));
  });
});
