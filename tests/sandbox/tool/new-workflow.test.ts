import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../repository/files.ts';

/** Not copied: what is made, and what does not belong to the checkout. */
const left = new Set(['node_modules', '.git', 'dist', 'reports', '.serverless', '.esbuild', '.sandbox']);

describe('a new workflow in a copy of the checkout', () => {
  let copy: string;
  let printed: string;

  const run = (...words: string[]) => {
    // A runner inside a runner would say nothing and end with 0.
    const { NODE_TEST_CONTEXT: _runner, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: copy, encoding: 'utf8', env });
    return { status, text: stdout + stderr };
  };

  beforeAll(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'new-workflow-'));
    cpSync(String(root), copy, {
      recursive: true,
      filter: (file) => !left.has(path.relative(String(root), file).split(path.sep)[0] ?? ''),
    });
    symlinkSync(path.join(String(root), 'node_modules'), path.join(copy, 'node_modules'));
    const made = run('packaging/new-workflow/main.ts', 'example');
    assert.equal(made.status, 0, made.text);
    printed = made.text;
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('prints every file that it touched, none of which is another workflow’s', () => {
    const touched = [...printed.matchAll(/^(created|changed) {2}(\S+)$/gm)];
    const others = touched.filter(([, how, file = '']) => !(how === 'created' && file.includes('example')));
    assert.deepEqual(
      others.map(([, , file]) => file),
      ['workflows.yml', 'README.md'],
    );
    for (const [, , file = ''] of touched) assert.equal(globSync(file, { cwd: copy }).length, 1, file);
  });

  test('passes types, format and lint', () => {
    const types = run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
    assert.equal(types.status, 0, types.text);
    const format = run('node_modules/@biomejs/biome/bin/biome', 'ci', 'functions', 'shared', 'sandbox', 'tests');
    assert.equal(format.status, 0, format.text);
  });

  test('keeps every rule of the house, and its machine is tested whole', () => {
    const rules = globSync('tests/repository/*.test.ts', { cwd: copy }).filter(
      (file) => !/package\.test\.ts$/.test(file),
    );
    assert.ok(rules.length > 15);
    const kept = run('tests/run.mjs', ...rules, 'tests/workflows/example.test.ts');
    assert.equal(kept.status, 0, kept.text.slice(-4000));
  });

  test('fails in what is its writer’s to write', () => {
    const unwritten = run('tests/run.mjs', 'tests/unit/functions/example.test.ts');
    assert.notEqual(unwritten.status, 0);
    assert.match(unwritten.text, /unwritten: the decision of example/);
  });
});
