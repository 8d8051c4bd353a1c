// Tries in an account what this system assumes of AWS, as far as that can be had by reading: npm run try-account -- --stage prod
import { SFNClient } from '@aws-sdk/client-sfn';
import { oneOf } from '../../shared/command-line/grammar.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import { checkedStage } from '../../shared/policy/stage-region.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';
import { assumptions } from './assumptions.ts';
import { type Trial, tryMachines } from './try-machines.ts';

const help = `pg-gameday try-account: what is assumed of AWS, tried by reading only (docs/first-account.md)

  npm run try-account -- --stage prod      asks the account of the AWS credentials in the environment
  npm run try-account -- --stage dev       asks a sandbox; AWS_ENDPOINT_URL and keys as npm run sandbox prints them

Options
  --stage <name>        dev, test or prod of operations.yml: its region is asked
  --operations <file>   another operations.yml
  --all                 report what is sound, too
  --help                this text

Exit code 0: all that was tried is as assumed; 1: something is not; 2: it did not come to that.`;

export const tryAccount = operatorCommand({
  help,
  grammar: {
    command: 'npm run try-account --',
    options: {
      stage: { type: 'string' },
      operations: { type: 'string', default: new URL('../../operations.yml', import.meta.url).pathname },
      all: { type: 'boolean', default: false },
    },
    values: { stage: oneOf('dev', 'test', 'prod') },
    actions: { '': { words: [], options: ['stage', 'operations', 'all'], wants: ['stage'] } },
  },
  async run({ values }, { line }) {
    const policy = readOperationsFile(values.operations, values.operations);
    const { region } = policy.stages[checkedStage(policy, values.stage ?? '')];
    const trials: Trial[] = [];
    // TestState is asked at a host of its own name, which a sandbox on loopback has not.
    const client = new SFNClient({ region, disableHostPrefix: process.env['AWS_ENDPOINT_URL'] !== undefined });
    for await (const trial of tryMachines(client)) {
      trials.push(trial);
      if (values.all || !trial.isSound) line(`${trial.isSound ? '✔' : '✖'} ${trial.what}: ${trial.seen}`);
    }
    for (const { fact, command } of assumptions.filter((one) => !one.command.includes('npm run try-account'))) {
      line(`– ${fact}: not tried here, it takes more than reading: ${command}`);
    }
    const wrong = trials.filter(({ isSound }) => !isSound).length;
    const refusedSamples = trials.filter(
      ({ isSound, seen }) => isSound && seen.includes('QueryEvaluationError'),
    ).length;
    line(
      `${trials.length} trials, ${wrong} not as assumed; in ${refusedSamples} an expression was taken and did not like its sample`,
    );
    return wrong === 0 ? 0 : 1;
  },
});

await startWhenCalled(import.meta.url, tryAccount);
