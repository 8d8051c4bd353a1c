import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SFNClient, TestStateCommand } from '@aws-sdk/client-sfn';
import { assumptions, firstAccountPage } from '../../operator/try-account/assumptions.ts';
import { readMachines } from '../../operator/try-account/machines.ts';
import { makeClock } from '../../sandbox/clock.ts';
import { makeStates } from '../../sandbox/services/states/states.ts';
import { note } from '../support/note.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const command = fileURLToPath(new URL('../../operator/try-account/main.ts', import.meta.url));

describe('npm run try-account', () => {
  let wire: TestWire;
  beforeAll(async () => {
    const caller = { account: '123456789012', accessKeyId: 'a', arn: 'arn:aws:iam::123456789012:user/a' };
    wire = await startTestWire([
      makeStates({
        account: caller.account,
        clock: makeClock(),
        dispatch: async () => assert.fail('nothing is called'),
        issueCaller: () => caller,
      }),
    ]);
  });
  afterAll(() => wire.stop());

  const run = (...words: string[]) => {
    const { accessKeyId, secretAccessKey } = wire.client.credentials;
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const env = { ...process.env, ...keys, AWS_ENDPOINT_URL: wire.endpoint };
    return promisify(execFile)(process.execPath, [command, ...words], { env });
  };

  test('tries every machine and every state of it, and says of the rest why it does not', async () => {
    const { stdout } = await run('--stage', 'dev', '--all');
    const machines = readMachines();
    assert.ok(machines.length >= 9);
    for (const { workflow, states } of machines) {
      assert.ok(stdout.includes(`✔ machine ${workflow}: OK`), workflow);
      for (const { name } of states) assert.ok(stdout.includes(`✔ state ${workflow}/${name}: `), `${workflow}/${name}`);
    }
    for (const { fact, command: tries } of assumptions) {
      if (!tries.includes('npm run try-account')) assert.ok(stdout.includes(`– ${fact}: not tried here`), fact);
    }
    assert.match(stdout, /\d+ trials, 0 not as assumed; /);
    note(stdout.trim().split('\n').at(-1) ?? '');
  });

  test('an unknown stage is refused in a line', async () => {
    await assert.rejects(run('--stage', 'stagin'), /error: --stage is 'stagin', expected one of dev, test, prod/);
  });

  test('its page is the one that is written', () => {
    const file = new URL('../../docs/first-account.md', import.meta.url);
    assert.equal(readFileSync(file, 'utf8'), firstAccountPage());
  });

  test('TestState reports a success, a catch, a retry, a failure, and an expression that AWS refuses', async () => {
    const states = new SFNClient({ ...wire.client, disableHostPrefix: true });
    const task = {
      QueryLanguage: 'JSONata',
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f', Payload: '{% $states.input.n + $x %}' },
      Output: '{% $states.result.Payload %}',
      Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Next: 'C' }],
      Next: 'D',
    };
    const ask = (fields: object, definition: object = task) =>
      states.send(
        new TestStateCommand({
          definition: JSON.stringify(definition),
          input: '{"n":1}',
          variables: '{"x":2}',
          ...fields,
        }),
      );
    const result = (value: unknown) => ({ mock: { result: JSON.stringify(value) } });
    const error = (name: string) => ({ mock: { errorOutput: { error: name, cause: '' } } });
    const good = await ask(result({ Payload: 7 }));
    assert.deepEqual([good.status, good.output, good.nextState], ['SUCCEEDED', '7', 'D']);
    const caught = await ask(error('Other'));
    assert.deepEqual(
      [caught.status, caught.output, caught.nextState],
      ['CAUGHT_ERROR', '{"Error":"Other","Cause":""}', 'C'],
    );
    assert.equal((await ask(error('Busy'))).status, 'RETRIABLE');
    const exhausted = await ask({ ...error('Busy'), stateConfiguration: { retrierRetryCount: 1 } });
    assert.equal(exhausted.status, 'CAUGHT_ERROR');
    const failed = await ask(result({}), { ...task, Catch: undefined });
    assert.deepEqual([failed.status, failed.error], ['FAILED', 'States.QueryEvaluationError']);
    await assert.rejects(ask(result({}), { ...task, Output: '{% phone %}' }), { name: 'InvalidDefinition' });
    await assert.rejects(ask(result({}), { QueryLanguage: 'JSONata', Type: 'Pass', End: true }), {
      name: 'ValidationException',
    });
  });
});
