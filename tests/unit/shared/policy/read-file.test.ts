import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidOperationsError } from '../../../../shared/errors.ts';
import { readOperationsFile } from '../../../../shared/policy/read-file.ts';
import { checkedStage } from '../../../../shared/policy/stage-region.ts';

const original = new URL('../../../../operations.yml', import.meta.url);

function messageFor(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'pg-gameday-'));
  try {
    const file = join(directory, 'operations.yml');
    writeFileSync(file, text);
    readOperationsFile(file);
    return 'no error';
  } catch (error) {
    assert.ok(error instanceof InvalidOperationsError);
    return error.message;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('operations.yml is read from its file', () => {
  assert.equal(readOperationsFile(original).platform.timeZone, 'America/New_York');
});

test('text that is not YAML is refused with the line of each error', () => {
  const text = readFileSync(original, 'utf8').replace('connections: 4', "connections: '4");
  const line = text.split('\n').findIndex((candidate) => candidate.includes("connections: '4")) + 1;
  const message = messageFor(text);
  assert.match(message, /^'operations\.yml' is not YAML\n {2}operations\.yml line \d+: /);
  const reported = Number(/line (\d+)/.exec(message)?.[1]);
  assert.ok(reported >= line, `reported line ${reported}, the quote is opened in line ${line}`);
});

test('a key that stands twice is refused with its line', () => {
  const text = readFileSync(original, 'utf8').replace('    connections: 4', '    connections: 4\n    connections: 5');
  const line = text.split('\n').indexOf('    connections: 5') + 1;
  assert.match(messageFor(text), new RegExp(`operations\\.yml line ${line}: .*unique`, 'i'));
});

test('an empty file is refused', () => {
  for (const text of ['', '# nothing', '---\n', 'null']) {
    assert.match(messageFor(text), /^'operations\.yml' is empty, a policy is required\nHINT: Take it back/);
  }
});

test('a file that is not there, and a folder in its place, are refused in one line with the remedy', () => {
  const missing = new URL('missing.yml', import.meta.url);
  assert.throws(() => readOperationsFile(missing), /'operations\.yml' is not there, a policy is required\nHINT: Take/);
  const folder = new URL('./', import.meta.url);
  assert.throws(() => readOperationsFile(folder), /'operations\.yml' cannot be read, a policy is required\nHINT: Take/);
});

test('an unknown stage is refused with those that are known', () => {
  assert.throws(
    () => checkedStage(readOperationsFile(original), 'stagin'),
    /stage 'stagin' is unknown, known are 'dev', 't/,
  );
});
