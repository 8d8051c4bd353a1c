import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { filesOf } from '../repository/files.ts';
import { type AwsCli, openAwsCli } from '../support/cli/aws-cli.ts';
import { type CliAccount, openCliAccount, region } from '../support/cli/cli-account.ts';
import { kms, lambda, secretsmanager, sts } from '../support/cli/code-and-secrets.ts';
import { type CliExample, coverageFaults, wordsOf } from '../support/cli/example.ts';
import { events, route53, sns } from '../support/cli/messages.ts';
import { budgets, ce, ec2, elasticloadbalancing } from '../support/cli/money.ts';
import { firehose, logs, monitoring } from '../support/cli/observation.ts';
import { rds } from '../support/cli/rds.ts';
import { s3 } from '../support/cli/s3.ts';
import { states } from '../support/cli/states.ts';
import { note } from '../support/note.ts';
import { waitUntil } from '../support/wait-until.ts';

/** By signing name; a machine's topic must be there before the machine. */
const examples: Readonly<Record<string, readonly CliExample[]>> = {
  sts,
  kms,
  sns,
  events,
  monitoring,
  logs,
  firehose,
  route53,
  secretsmanager,
  lambda,
  s3,
  states,
  ce,
  budgets,
  ec2,
  elasticloadbalancing,
  rds,
};

describe('the AWS CLI and every operation that the sandbox emulates', () => {
  let directory: string;
  let account: CliAccount;
  let cli: AwsCli | undefined;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'cli-'));
    await chmod(directory, 0o755); // Root's servers run as another user.
    await writeFile(path.join(directory, 'body.txt'), 'a body');
    await writeFile(path.join(directory, 'five.bin'), Buffer.alloc(5 * 1_048_576, 5));
    account = await openCliAccount(directory);
    cli = await openAwsCli({
      endpoint: account.wire.endpoint,
      region,
      ...account.wire.client.credentials,
      directory,
    });
  });
  afterAll(async () => {
    await cli?.stop();
    await account?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** What a person would wait for before the next command. */
  const settle = async (words: readonly string[]) => {
    await account.rds.inspect.idle();
    if (words[1] !== 'start-execution') return;
    const [machine, name] = [words[3]?.split(':').at(-1), words[5]];
    const executionArn = `arn:aws:states:${region}:123456789012:execution:${machine}:${name}`;
    const operator = { region, caller: account.wire.credentials.operator.caller };
    await waitUntil('the execution waits for its token or has ended', async () => {
      const history = await account.wire.dispatch('states', 'GetExecutionHistory', { executionArn }, operator);
      return /TaskSubmitted|Execution(Succeeded|Failed)/.test(JSON.stringify(history));
    });
  };

  test('each has an example, and none is of something else', () => {
    const folders = filesOf('sandbox/services/*/notes.ts');
    assert.equal(account.services.length, folders.length, 'a service of the sandbox is missing in the account');
    const faults = account.services.flatMap(({ id, operations }) =>
      coverageFaults(id, Object.keys(operations), examples[id] ?? []),
    );
    assert.deepEqual(faults, []);
  });

  test('one that is missing or too many is reported', () => {
    assert.deepEqual(coverageFaults('sts', ['AssumeRole', 'GetCallerIdentity'], sts.slice(0, 1)), [
      'sts:AssumeRole has no example',
    ]);
    assert.deepEqual(coverageFaults('sts', ['AssumeRole'], sts), ['sts:GetCallerIdentity is not emulated']);
  });

  for (const [service, commands] of Object.entries(examples)) {
    test(`${service}: ${commands.length} commands are answered`, async () => {
      if (cli === undefined) {
        assert.ok(commands.every(([, command]) => wordsOf(command, account.known).length > 1));
        note('the AWS CLI is not installed: its commands are only read');
        return;
      }
      note(cli.version);
      const known = new Map(account.known);
      for (const [operation, command, keeps = {}] of commands) {
        const words = wordsOf(command, known);
        account.called.clear();
        const answer = await cli.call(words);
        assert.equal(answer.code, 0, `aws ${words.join(' ')}\n${answer.stdout}${answer.stderr}`);
        assert.ok(account.called.has(`${service}:${operation}`), `'aws ${command}' did not call ${operation}`);
        for (const [name, pattern] of Object.entries(keeps)) {
          const found = pattern.exec(answer.stdout)?.[1];
          assert.ok(found !== undefined, `'aws ${command}' answered no ${name}: ${answer.stdout}`);
          known.set(name, found);
        }
        await settle(words);
      }
    });
  }
});
