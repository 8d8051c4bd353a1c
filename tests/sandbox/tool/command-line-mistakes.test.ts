import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../support/sandbox/process.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(path.join(tmpdir(), 'command-line-mistakes-'));
});
afterAll(async () => await rm(place, { recursive: true }));
const dataIn = (name: string) => ['--data', path.join(place, name)];

describe('what cannot be done is reported once, with exit code 2, before anything is started', () => {
  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown option', ['run', '--colour', 'red'], /^error: '--colour' is no option of .*\nHINT: /],
    ['a wrong word', ['start', 'stpo'], /^error: 'stpo' is no command of .*\nHINT: Is 'stop' meant\?/],
    [
      'reports that cannot be written',
      ['run', '--reports', '/dev/null/reports'],
      /^error: directory '\/dev\/null\/reports' of --reports cannot be written: .*\nHINT: /,
    ],
    [
      'an option without its value',
      ['run', '--speed'],
      /^error: '--speed' has no value.*\nHINT: Write --speed <value>/,
    ],
    [
      'a word for a number',
      ['run', '--megabytes', 'ten'],
      /^error: --megabytes is 'ten', expected a number from 8 to /,
    ],
    ['nothing for a number', ['run', '--writes', ''], /^error: --writes is '', expected a number from 0 to /],
    [
      'a number out of range',
      ['run', '--speed', '0'],
      /^error: --speed is '0', expected a number from 1 to 1000\nHINT: /,
    ],
    [
      'a port that is none',
      ['start', '--port', '70000'],
      /^error: --port is '70000', expected a whole number from 0 to 65535/,
    ],
    [
      'an unknown database',
      ['run', '--database', 'nobody'],
      /^error: database 'nobody' is not in stage 'dev' of operations\.yml, known are 'fantasy', 'own'\n$/,
    ],
    [
      'an unknown workflow',
      ['run', 'toString'],
      /^error: workflow 'toString' does not exist\nHINT: Known are alert, alert-test, backup-and-verify, /,
    ],
    ['no event file', ['start', 'event'], /^error: <file> is missing after 'npm run sandbox -- event'\nHINT: /],
    [
      'an event file that is none',
      ['start', 'event', 'events/nothing.json'],
      /^error: event file 'events\/nothing\.json' does not exist\nHINT: /,
    ],
    [
      'the input of an execution for an event',
      ['start', 'event', 'events/retention/daily.json'],
      /^error: event file '.*' is the input of an execution, expected an event of EventBridge\nHINT: .*npm run drill/,
    ],
    [
      'a source that is no URL',
      ['run', '--from', 'fantasy'],
      /^error: --from is no URL of a PostgreSQL database\nHINT: /,
    ],
    [
      'a source that does not answer',
      ['run', '--from', 'postgres://me:hidden@127.0.0.1:1/x'],
      /^error: database 'host=127\.0\.0\.1 port=1 user=me dbname=x' of --from does not answer: connection to server at .*Connection refused.*\nHINT: /,
    ],
  ];
  for (const [what, words, expected] of mistakes) {
    test(`${what}: ${words.join(' ')}`, async () => {
      const data = path.join(place, 'mistake');
      const { code, stdout, stderr } = await runCommandLine([...words, '--data', data]);
      assert.match(stderr, expected);
      assert.equal(stderr.match(/^error:/gm)?.length, 1);
      assert.equal(stdout, '');
      assert.equal(code, 2);
      assert.equal(existsSync(data), false);
    });
  }

  test('a data directory with something else in it is not touched', async () => {
    const data = path.join(place, 'mine');
    await mkdir(data);
    await writeFile(path.join(data, 'thesis.txt'), 'ten years');
    const { code, stderr } = await runCommandLine(['run', '--data', data]);
    assert.match(stderr, /^error: directory '.*mine' exists and was not made by a sandbox\nHINT: /);
    assert.equal(code, 2);
    assert.equal(readFileSync(path.join(data, 'thesis.txt'), 'utf8'), 'ten years');
  });

  test('an event is sent to nobody when nothing is running, with exit code 3', async () => {
    const words = ['start', 'event', 'events/schedule/retention.json', ...dataIn('nobody')];
    const { code, stdout } = await runCommandLine(words);
    assert.deepEqual([code, stdout], [3, 'no sandbox is running\n']);
  });

  test('no command prints the help and ends with 2; --help with 0', async () => {
    for (const [words, expected] of [
      [[], 2],
      [['--help'], 0],
    ] as const) {
      const { code, stdout } = await runCommandLine(words);
      assert.match(stdout, /^pg-gameday sandbox: .*\n\n {2}npm start /);
      assert.equal(code, expected);
    }
  });

  test('every fault of operations.yml is shown at once', async () => {
    const file = path.join(place, 'operations.yml');
    await cp(new URL('../../../operations.yml', import.meta.url), file);
    const text = readFileSync(file, 'utf8')
      .replace(/marginSeconds: 5 .*/, 'marginSeconds: five')
      .replace('name: fantasy-analytics', 'nickname: fantasy');
    await writeFile(file, text);
    const { code, stderr } = await runCommandLine(['start', ...dataIn('mistake')], { env: { OPERATIONS_FILE: file } });
    assert.equal(code, 2);
    assert.match(stderr, /^error: '.*operations\.yml' has 3 faults\n/);
    assert.match(stderr, / platform\.name: observed nothing, expected type string$/m);
    assert.match(stderr, / platform\.nickname: observed an unknown key, expected no such key$/m);
    assert.match(stderr, / backupPlan\.bracket\.marginSeconds: observed "five", expected type number$/m);
  });

  test('an old Node gets a sentence', async () => {
    const preload = `data:text/javascript,${encodeURIComponent(
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });",
    )}`;
    const { code, stdout, stderr } = await runCommandLine(['run'], { preload });
    assert.match(stderr, /^node is 20\.20\.2, 22\.18 or later is required\nHINT: 'npm ci' installs Node 24 /);
    assert.equal(stdout, '');
    assert.equal(code, 2);
  });
});
