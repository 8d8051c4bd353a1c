import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashOf } from '../../../sandbox/package/package-inputs.ts';
import { closingLine, readResults } from '../../runner/results.ts';
import { chooseFiles, UsageError } from '../../runner/usage.ts';

describe('the words of npm test', () => {
  test('are layers, directories and files, each file once', () => {
    const all = chooseFiles([]).files;
    assert.ok(
      all.includes('tests/unit/runner/runner.test.ts') && all.some((file) => file.startsWith('tests/sandbox/')),
    );
    assert.equal(new Set(all).size, all.length);
    const unit = chooseFiles(['unit']).files;
    assert.ok(unit.length > 50 && unit.every((file) => file.startsWith('tests/unit/')));
    const one = 'tests/unit/runner/runner.test.ts';
    assert.deepEqual(chooseFiles([one, `./${one}`]).files, [one]);
    const part = 'tests/unit/shared/domain';
    assert.ok(chooseFiles([part]).files.every((file) => file.startsWith(`${part}/`)));
  });

  test('may ask for a part of a name, which is no layer', () => {
    for (const words of [
      ['-t', 'a part'],
      ['-t=a part'],
      ['--testNamePattern', 'a part'],
      ['--testNamePattern=a part'],
    ]) {
      const { names, forJest, files } = chooseFiles([...words, 'unit']);
      assert.equal(names, 'a part');
      assert.deepEqual(forJest, ['--testNamePattern=a part']);
      assert.ok(files.every((file) => file.startsWith('tests/unit/')));
    }
    assert.throws(() => chooseFiles(['-t']), UsageError);
  });

  test('that name nothing are refused with what there is', () => {
    assert.throws(() => chooseFiles(['unti']), /unknown test layer 'unti'\nHINT: use unit, /);
    assert.throws(() => chooseFiles(['docs']), /no test file in 'docs'/);
  });
});

describe('the results of a run', () => {
  let file: string;
  beforeAll(() => {
    file = path.join(mkdtempSync(path.join(tmpdir(), 'results-')), 'results.json');
  });
  afterAll(() => rmSync(path.dirname(file), { recursive: true }));

  const results = (more: object) => {
    const counts = { numPassedTests: 3, numFailedTests: 0, numRuntimeErrorTestSuites: 0, numPendingTests: 0 };
    const one = { file: 'tests/unit/a.test.ts', seconds: 1, coreSeconds: 2, budget: 3 };
    writeFileSync(file, JSON.stringify({ ...counts, numTodoTests: 0, files: [one], ...more }));
    return readResults(file, ['tests/unit/a.test.ts']);
  };

  test('close with a line of their own', () => {
    assert.equal(closingLine(results({}).counts), '3 passed, 0 failed');
    assert.equal(closingLine(results({ numPendingTests: 1, numTodoTests: 1 }).counts), '3 passed, 0 failed, 2 skipped');
  });

  test('count a file that could not be loaded as failed', () => {
    assert.equal(
      closingLine(results({ numFailedTests: 1, numRuntimeErrorTestSuites: 2 }).counts),
      '3 passed, 3 failed',
    );
  });

  test('end with what failed, in short', () => {
    const one = { file: 'tests/unit/a.test.ts', seconds: 1, coreSeconds: 2, budget: 3 };
    const failure = ['● a name', ...Array.from({ length: 99 }, (_, line) => `line ${line}`)].join('\n');
    const { lines } = results({ numFailedTests: 1, files: [{ ...one, failure }] });
    const from = lines.indexOf('failed: tests/unit/a.test.ts');
    assert.deepEqual(lines.slice(from + 1, from + 3), ['● a name', 'line 0']);
    assert.equal(lines.at(-1), 'line 38');
    assert.ok(!results({}).lines.some((line) => line.startsWith('failed')));
  });

  test('complain of a file without any', () => {
    assert.deepEqual(results({}).complaints, []);
    assert.deepEqual(results({ files: [] }).complaints, ['no result of tests/unit/a.test.ts']);
    assert.equal(readResults(`${file}.absent`, ['tests/unit/a.test.ts']).complaints.length, 1);
  });
});

describe('the hash of what is packaged', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'inputs-'));
    for (const name of ['a.ts', 'operations.yml']) writeFileSync(path.join(root, name), name);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const hash = (besides: unknown = {}, file = 'operations.yml') =>
    hashOf({ root, parts: ['.'], files: [file], besides });

  test('is the same for the same', async () => {
    assert.equal(await hash(), await hash());
  });

  test('is another for a changed, a new, a renamed and a longer file, and for another question', async () => {
    const seen = new Set([await hash(), await hash({ stage: 'prod' })]);
    const put = (name: string, text: string) => writeFileSync(path.join(root, name), text);
    const changes = [
      () => put('a.ts', 'b.ts'),
      () => put('b.ts', ''),
      () => renameSync(path.join(root, 'b.ts'), path.join(root, 'c.ts')),
      () => put('operations.yml', 'other'),
    ];
    for (const change of changes) {
      change();
      seen.add(await hash());
    }
    assert.equal(seen.size, 6);
  });

  test('goes by the content of an operations file elsewhere, not by its place', async () => {
    const place = mkdtempSync(path.join(tmpdir(), 'operations-'));
    try {
      const [one, other] = ['one.yml', 'other.yml'].map((name) => path.join(place, name)) as [string, string];
      for (const name of [one, other]) writeFileSync(name, 'same');
      assert.equal(await hash({}, one), await hash({}, other));
      writeFileSync(other, 'different');
      assert.notEqual(await hash({}, one), await hash({}, other));
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
