// Looks at an account, or at a running sandbox, and says what is missing: npm run doctor -- --stage prod
import { oneOf } from '../../shared/command-line/grammar.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import type { StageName } from '../../shared/policy/schema.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';
import { see } from './collect.ts';
import { diagnose, exitCodeOf } from './diagnose.ts';
import { expectedOf } from './expected.ts';
import { diagnosisLines } from './print.ts';

const help = `pg-gameday doctor: what a stage needs, and what of it is missing, with the remedy

  npm run doctor -- --stage prod      looks at the account of the AWS credentials in the environment
  npm run doctor -- --stage dev       looks at a sandbox; AWS_ENDPOINT_URL and keys as npm run sandbox prints them

It reads only: it describes resources, checks the form of secrets, and starts inspect-database, which logs in to each
database as the functions do.

Options
  --stage <name>        dev, test or prod of operations.yml
  --database <name>     this database only, more than once
  --operations <file>   another operations.yml
  --all                 report what is sound, too
  --json                as JSON
  --help                this text

Exit code 0: nothing is missing; 1: something is; 2: something could not be looked at.`;

export const doctor = operatorCommand({
  help,
  grammar: {
    command: 'npm run doctor --',
    options: {
      stage: { type: 'string' },
      database: { type: 'string', multiple: true },
      operations: { type: 'string', default: new URL('../../operations.yml', import.meta.url).pathname },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    values: { stage: oneOf('dev', 'test', 'prod') },
    actions: { '': { words: [], options: ['stage', 'database', 'operations', 'all', 'json'], wants: ['stage'] } },
  },
  async run({ values }, { line, error }) {
    const stage = values.stage as StageName;
    const operations = chosen(readOperationsFile(values.operations, values.operations), stage, values.database);
    const say = process.stderr.isTTY && !values.json ? (what: string) => error(`… ${what}`) : () => {};
    const diagnosis = diagnose(operations, stage, await see(operations, stage, say), expectedOf(stage));
    line(values.json ? JSON.stringify(diagnosis, null, 2) : diagnosisLines(diagnosis, { all: values.all }).join('\n'));
    return exitCodeOf(diagnosis);
  },
});

await startWhenCalled(import.meta.url, doctor);

type Policy = ReturnType<typeof readOperationsFile>;

function chosen(operations: Policy, stage: keyof Policy['stages'], names: readonly string[] | undefined): Policy {
  if (names === undefined) return operations;
  const { databases } = operations.stages[stage];
  const unknown = names.find((name) => !Object.hasOwn(databases, name));
  if (unknown !== undefined) {
    throw new Error(`--database is '${unknown}', stage '${stage}' knows '${Object.keys(databases).join("', '")}'`);
  }
  const kept = Object.fromEntries(Object.entries(databases).filter(([name]) => names.includes(name)));
  return { ...operations, stages: { ...operations.stages, [stage]: { ...operations.stages[stage], databases: kept } } };
}
