import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { filesOf, root, type SourceFile } from './files.ts';

/** Files and folders of the repository that a document names between backquotes; braces and stars are expanded. */
const pathsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /`((?:tests|shared|sandbox|operator|functions|packaging|statemachines|resources|bench|docs|events)\/[^`\s]*)`/g,
    ),
  ]
    .map(([, path = '']) => path.replace(/:\d+$/, ''))
    .filter((path) => !/[<…$]/.test(path));

const faultsOf = ({ path: document, text }: SourceFile): string[] =>
  pathsIn(text)
    .filter((path) => globSync(path.replace(/\/$/, ''), { cwd: root }).length === 0)
    .map((path) => `'${document}' names '${path}', which is not there`);

describe('documents', () => {
  test('name only files that are there', () => {
    const documents = filesOf('{README.md,docs/**/*.md,sandbox/README.md}');
    assert.ok(documents.flatMap(({ text }) => pathsIn(text)).length > 50, 'the paths were not found');
    assert.deepEqual(documents.flatMap(faultsOf), []);
  });

  test('that name a file which is gone are refused', () => {
    assert.equal(faultsOf({ path: 'docs/a.md', text: 'see `tests/unit/{gone,lost}.test.ts`' }).length, 1);
    assert.deepEqual(faultsOf({ path: 'docs/a.md', text: 'see `tests/repository/{files,imports}.ts`' }), []);
  });
});
