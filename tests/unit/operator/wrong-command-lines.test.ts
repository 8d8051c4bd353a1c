import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bootstrapDatabase } from '../../../operator/bootstrap/bootstrap-database.ts';
import { carryOut, type OperatorCommand } from '../../../operator/command.ts';
import { doctor } from '../../../operator/doctor/main.ts';
import { drSetup } from '../../../operator/dr-setup/dr-setup.ts';
import { evidence } from '../../../operator/evidence/evidence.ts';
import { recommendationsCommand } from '../../../operator/recommendations/main.ts';
import { tryAccount } from '../../../operator/try-account/main.ts';
import { readCommandLine } from '../../../sandbox/commands/command-line.ts';
import { coerceError } from '../../../shared/errors.ts';
import { note } from '../../support/note.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'wrong-command-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
const notJson = path.join(folder, 'faults.json');
writeFileSync(notJson, 'not JSON');

/** Words as npm's scripts hand them over, and what is said: the place, and the remedy after HINT. */
const sandboxLines: readonly (readonly [string, string, RegExp])[] = [
  ['npm run sandbox -- stpo', 'start stpo', /^'stpo' is no command of 'npm run sandbox --'\nHINT: Is 'stop' meant\?/],
  ['npm run sandbox -- staus', 'start staus', /^'staus' is no command .*\nHINT: Is 'status' meant\?/],
  ['npm run sandbox -- fantasy', 'start fantasy', /^'fantasy' is no command .*\nHINT: It is one of run, drill, /],
  ['npm run sandbox -- stop now', 'start stop now', /^'now' is one word too many for '.* stop'\nHINT: It takes none/],
  ['npm run sandbox -- event', 'start event', /^<file> is missing after 'npm run sandbox -- event'\nHINT: /],
  ['npm run sandbox -- event a b', 'start event a b', /^'b' is one word too many .*\nHINT: It takes <file>\./],
  [
    'npm run sandbox -- event a --speed 3',
    'start event a --speed 3',
    /^'--speed' is no option of '.* event'\nHINT: It takes --data\./,
  ],
  ['npm run sandbox -- status all of it', 'start status all of it', /^'all' is one word too many/],
  [
    'npm run sandbox -- --bugs',
    'start --bugs',
    /^'--bugs' is no option of 'npm run sandbox'\nHINT: It takes --database, /,
  ],
  ['npm run sandbox -- --prot 8080', 'start --prot 8080', /^'--prot' is no option of .*\nHINT: Is '--port' meant\?/],
  ['npm run sandbox -- --port 80x', 'start --port 80x', /^--port is '80x', expected a whole number from 0 to 65535\n/],
  ['npm run sandbox -- --port -1', 'start --port -1', /^'--port' has no value, '-1' follows it\nHINT: Write --port/],
  [
    'npm run sandbox -- stop --speed 3',
    'start stop --speed 3',
    /^'--speed' is no option of '.* stop'\nHINT: It takes --data\./,
  ],
  ['npm start -- --from', 'run backup-and-verify --from', /^'--from' has no value\nHINT: Write --from <value>/],
  ['npm start -- --from=', 'run backup-and-verify --from=', /^--from is '', expected something/],
  [
    'npm start -- a.json b',
    'run backup-and-verify a.json b',
    /^'b' is one word too many .*\nHINT: It takes \[workflow\]/,
  ],
  ['npm start -- --speed 0', 'run backup-and-verify --speed 0', /^--speed is '0', expected a number from 1 to 1000/],
  ['npm start -- --megabytes ten', 'run backup-and-verify --megabytes ten', /^--megabytes is 'ten', expected a number/],
  ['npm start -- --writes NaN', 'run backup-and-verify --writes NaN', /^--writes is 'NaN', expected a number from 0/],
  ['npm start -- --speed 3 --speed 4', 'run --speed 3 --speed 4', /^'--speed' is given twice\nHINT: Leave one/],
  ['npm start -- --faults nowhere', 'run --faults nowhere', /^--faults names 'nowhere', which cannot be read: ENOENT/],
  ['npm start -- --faults faults.json', `run --faults ${notJson}`, /faults\.json' .*JSON/],
  [
    'npm start -- --fault rds:Sneeze',
    'run --fault rds:Sneeze',
    /^fault is 'rds:Sneeze', expected .*\nHINT: Kinds are /,
  ],
  ['npm start -- --list', 'run backup-and-verify --list', /^'--list' is no option of 'npm start --'/],
  ['npm run drill', 'drill', /^the workflow is missing after 'npm run drill --'\nHINT: 'npm run drill -- --list'/],
  [
    'npm run drill -- --list=yes',
    'drill --list=yes',
    /^'--list' takes no value, observed 'yes'\nHINT: Write --list alone/,
  ],
  ['npm run drill -- retention --list', 'drill retention --list', /^'retention' is one word too many/],
  ['npm run fault-sweep -- --seed half', 'fault-sweep --seed half', /^--seed is 'half', expected a whole number/],
  ['npm run permissions -- fantasy', 'permissions fantasy', /^'fantasy' is one word too many for '.* permissions'/],
];
const operatorLines: readonly (readonly [string, OperatorCommand<never>, string, RegExp])[] = (
  [
    ['npm run doctor -- prod', doctor, 'prod', /^error: 'prod' is one word too many for 'npm run doctor --'\nHINT: /],
    [
      'npm run doctor -- --stge prod',
      doctor,
      '--stge prod',
      /^error: '--stge' is no option.*\nHINT: Is '--stage' meant\?/,
    ],
    [
      'npm run doctor -- --stage production',
      doctor,
      '--stage production',
      /^error: --stage is 'production', expected one of dev, test, prod/,
    ],
    ['npm run doctor -- --all', doctor, '--all', /^error: --stage is missing\nHINT: /],
    ['npm run dr-setup -- fantasy', drSetup, 'fantasy', /^error: --stage is missing\nHINT: /],
    [
      'npm run dr-setup -- fantasy --stage dev --aply',
      drSetup,
      'fantasy --stage dev --aply',
      /^error: '--aply' is no option.*\nHINT: Is '--apply' meant\?/,
    ],
    [
      'npm run dr-setup -- fantasi --stage dev',
      drSetup,
      'fantasi --stage dev',
      /^error: database 'fantasi' is not one of stage 'dev'\nHINT: operations.yml has fantasy, own\./,
    ],
    [
      'npm run dr-setup -- own --stage dev',
      drSetup,
      'own --stage dev',
      /^error: operations.yml lacks stages.dev.databases.own.standby, stages.dev.databases.own.capabilities.replicate\nHINT: /,
    ],
    ['npm run try-account -- --all', tryAccount, '--all', /^error: --stage is missing\nHINT: /],
    ['npm run try-account -- prod', tryAccount, 'prod', /^error: 'prod' is one word too many for '.*'\nHINT: /],
    [
      'npm run try-account -- --stage prod --al',
      tryAccount,
      '--stage prod --al',
      /^error: '--al' is no option of .*\nHINT: Is '--all' meant\?/,
    ],
    [
      'npm run doctor -- --stage dev --database x',
      doctor,
      '--stage dev --database x',
      /^error: --database is 'x', stage 'dev' knows/,
    ],
    [
      'npm run evidence -- check .',
      evidence,
      'check .',
      /^error: 'check' is no command of .*\nHINT: It is one of verify\./,
    ],
    [
      'npm run evidence -- verify',
      evidence,
      'verify',
      /^error: <folder> is missing after 'npm run evidence -- verify'/,
    ],
    [
      'npm run evidence -- verify . --head abc',
      evidence,
      'verify . --head abc',
      /^error: --head is 'abc', expected a SHA-256/,
    ],
    [
      'npm run recommendations -- lst',
      recommendationsCommand,
      'lst',
      /^error: 'lst' is no command .*\nHINT: Is 'list' meant\?/,
    ],
    [
      'npm run recommendations -- list --yes --bucket b',
      recommendationsCommand,
      'list --yes --bucket b',
      /^error: '--yes' is no option of '.* list'/,
    ],
    [
      'npm run recommendations -- apply --bucket b',
      recommendationsCommand,
      'apply --bucket b',
      /^error: --id is missing\n/,
    ],
    [
      'npm run recommendations -- accept --bucket b --id i --by ""',
      recommendationsCommand,
      'accept --bucket b --id i --by=',
      /^error: --by is '', expected something/,
    ],
    [
      'npm run bootstrap-database -- a b',
      bootstrapDatabase,
      'a b',
      /^error: 'b' is one word too many .*\nHINT: It takes <database>\./,
    ],
    ['npm run bootstrap-database -- a', bootstrapDatabase, 'a', /^error: --url is missing\nHINT: Or print the SQL/],
    [
      'npm run bootstrap-database -- a --sql --apply',
      bootstrapDatabase,
      'a --sql --apply',
      /^error: --sql and --apply exclude each other/,
    ],
    [
      'npm run bootstrap-database -- a --url host',
      bootstrapDatabase,
      'a --url host',
      /^error: --url is no URL of a PostgreSQL database\nHINT: It looks like/,
    ],
    [
      'npm run bootstrap-database -- a --capability montior',
      bootstrapDatabase,
      'a --capability montior',
      /^error: --capability is 'montior', expected one of monitor, maintain, fence, remedy, replicate, restore/,
    ],
    [
      'npm run bootstrap-database -- a --capability fence',
      bootstrapDatabase,
      'a --capability fence',
      /^error: --capability fence and --fence-role go together\nHINT: Name each role/,
    ],
    [
      'npm run bootstrap-database -- a --scratch',
      bootstrapDatabase,
      'a --scratch',
      /^error: --scratch is for --capability restore/,
    ],
    ['npm run bootstrap-database -- --url u', bootstrapDatabase, '--url u', /^error: <database> is missing after/],
  ] as const
).map(([typed, command, words, said]) => [typed, command as unknown as OperatorCommand<never>, words, said] as const);

const rows: string[] = [];
const keep = (typed: string, text: string) => {
  const [first = '', ...hints] = text.split('\n');
  rows.push(
    `${typed.padEnd(62)} ${first.replace(/^error: /, '')}${hints[0] === undefined ? '' : `  →  ${hints[0].replace('HINT: ', '')}`}`,
  );
};
const split = (words: string) => (words === '' ? [] : words.split(' '));

describe('a wrong command line is refused before any work, with place and remedy', () => {
  for (const [typed, words, said] of sandboxLines) {
    test(typed, () => {
      assert.throws(
        () => readCommandLine(split(words)),
        (thrown) => {
          const { message } = coerceError(thrown);
          assert.match(message, said);
          keep(typed, message);
          return true;
        },
      );
    });
  }
  for (const [typed, command, words, said] of operatorLines) {
    test(typed, async () => {
      const lines: string[] = [];
      const errors: string[] = [];
      const output = { line: (text: string) => void lines.push(text), error: (text: string) => void errors.push(text) };
      assert.equal(await carryOut(command, split(words), output), 2);
      assert.deepEqual(lines, []);
      assert.match(errors.join('\n'), said);
      keep(typed, errors.join('\n'));
    });
  }

  test('these are thirty and more, and the right ones are understood', () => {
    for (const row of rows) note(row);
    assert.ok(rows.length >= 30, `${rows.length} lines`);
    const understood = [
      'start',
      'start stop --data x',
      'run backup-and-verify --from service=a',
      'drill --list',
      'fault-sweep x',
    ];
    for (const words of understood) assert.equal(readCommandLine(split(words)).help, undefined, words);
    const event = readCommandLine(['start', 'event', 'a.json']);
    assert.equal(event.help === undefined && event.options.event, 'a.json');
    const stop = readCommandLine(['start', 'stop']);
    assert.equal(stop.help === undefined && stop.command, 'stop');
    assert.deepEqual(readCommandLine(['start', '--help']), { help: 'asked' });
    assert.deepEqual(readCommandLine([]), { help: 'needed' });
  });
});
