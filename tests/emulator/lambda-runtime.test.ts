import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionCommand, InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { makeClock } from '../../sandbox/clock.ts';
import { makeCredentials } from '../../sandbox/credentials.ts';
import type { LambdaFunction } from '../../sandbox/services/lambda/function.ts';
import { makeLambda } from '../../sandbox/services/lambda/lambda.ts';
import { type LambdaRuntime, makeLambdaRuntime } from '../../sandbox/services/lambda/runtime.ts';
import { type LogStore, makeLogStore } from '../../sandbox/services/logs/log-store.ts';
import { makeSts } from '../../sandbox/services/sts/sts.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';
import { waitUntil } from '../support/wait-until.ts';

const account = '123456789012';
const region = 'eu-central-1';

const CODE = `
import { createRequire } from 'node:module';
let count = 0;
export const echo = async (event, context) => ({ event, count: ++count, context: {
  name: context.functionName, id: context.awsRequestId, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
  left: context.getRemainingTimeInMillis() } });
export const environment = async () => ({ ...process.env });
export const fails = async () => {
  class SnapshotTooOldError extends Error { name = 'SnapshotTooOldError'; }
  throw new SnapshotTooOldError('newest snapshot is 31 h old\\nHINT: look');
};
export const throwsText = async () => { throw 'text'; };
export const hangs = async () => { console.log('before hanging'); await new Promise((resolve) => setTimeout(resolve, 600000)); };
export const spins = () => { for (;;); };
export const exits = async () => { process.exit(3); };
export const eats = async () => { const all = []; for (;;) all.push(new Array(100000).fill(Math.random())); };
export const buffers = async () => { const all = []; for (let n = 0; n < 64; n += 1) { all.push(Buffer.alloc(4000000, 1)); await new Promise(setImmediate); } return all.length; };
export const passes = async () => { let sum = 0; for (let n = 0; n < 64; n += 1) { sum += Buffer.alloc(4000000, 1).length; await new Promise(setImmediate); } return sum; };
export const large = async () => 'x'.repeat(7000000);
export const counts = async () => { await new Promise((resolve) => setTimeout(resolve, 200)); return ++count; };
export const nothing = async () => {};
export const rejectsLater = async () => { Promise.reject(new TypeError('nobody caught it')); await new Promise((resolve) => setTimeout(resolve, 60000)); };
export const speaks = async () => { console.log('one\\ntwo'); console.error('three'); return 'spoken'; };
export const identity = async () => {
  const { STSClient, GetCallerIdentityCommand } = createRequire(process.env.SDK_FROM)('@aws-sdk/client-sts');
  const client = new STSClient({});
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  return Arn;
};
`;

describe('the Lambda runtime', () => {
  let directory: string;
  let wire: TestWire;
  let client: LambdaClient;
  let runtime: LambdaRuntime;
  let logs: LogStore;

  function declare(name: string, more: Partial<LambdaFunction> = {}): LambdaFunction {
    return {
      name,
      region,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      handler: `functions/demo/all.${name}`,
      codeDirectory: directory,
      environment: { SDK_FROM: import.meta.filename },
      timeoutSeconds: 30,
      memoryMb: 128,
      roleArn: `arn:aws:iam::${account}:role/${name}-role`,
      runtime: 'nodejs24.x',
      ...more,
    };
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandbox-lambda-'));
    await mkdir(join(directory, 'functions/demo'), { recursive: true });
    await writeFile(join(directory, 'functions/demo/all.mjs'), CODE);
    await writeFile(join(directory, 'functions/demo/broken.mjs'), 'export const handler = (;');
    await writeFile(join(directory, 'functions/demo/throws.mjs'), "throw new RangeError('at the top')");
    logs = makeLogStore(account);
    const credentials = makeCredentials();
    runtime = makeLambdaRuntime({
      credentials,
      logs,
      endpoint: () => wire.endpoint,
      environment: () => ({ ADDED: 'by the sandbox' }),
    });
    const names = [
      'echo',
      'environment',
      'fails',
      'throwsText',
      'exits',
      'eats',
      'buffers',
      'passes',
      'large',
      'nothing',
      'speaks',
      'identity',
      'missing',
      'counts',
      'rejectsLater',
    ];
    const functions = [
      ...names.map((name) => declare(name)),
      declare('hangs', { timeoutSeconds: 0.3 }),
      declare('slow', { handler: 'functions/demo/all.hangs' }),
      declare('spins', { timeoutSeconds: 0.3 }),
      declare('broken', { handler: 'functions/demo/broken.handler' }),
      declare('throws', { handler: 'functions/demo/throws.handler' }),
      declare('nowhere', { handler: 'functions/demo/nowhere.handler' }),
    ];
    const lambda = makeLambda({ account, functions, runtime, clock: makeClock(1000) });
    wire = await startTestWire([lambda, makeSts({ credentials })], { credentials });
    client = new LambdaClient(wire.client);
  });

  afterAll(async () => {
    client.destroy();
    await wire.stop();
    await runtime.stop();
    await rm(directory, { recursive: true });
  });

  async function invoke(FunctionName: string, event: unknown = {}) {
    const answer = await client.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail' }),
    );
    return {
      error: answer.FunctionError,
      payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()),
      tail: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
    };
  }

  function lines(name: string): string[] {
    const streams = logs.group(region, `/aws/lambda/${name}`)?.streams.values() ?? [];
    return [...streams].flatMap(({ events }) => events.map(({ message }) => message));
  }

  test('a handler gets its event and context, and answers', async () => {
    const { payload, error } = await invoke('echo', { database: 'orders' });
    assert.equal(error, undefined);
    assert.deepEqual(payload.event, { database: 'orders' });
    assert.equal(payload.context.name, 'echo');
    assert.equal(payload.context.arn, `arn:aws:lambda:${region}:${account}:function:echo`);
    assert.equal(payload.context.memory, '128');
    assert.ok(payload.context.left > 25_000 && payload.context.left <= 30_000);
  });

  test('a warm environment is used again, and two invocations at once have one each', async () => {
    assert.equal((await invoke('counts')).payload, 1);
    assert.equal((await invoke(`arn:aws:lambda:${region}:${account}:function:counts`)).payload, 2);
    const together = await Promise.all([invoke('counts'), invoke('counts')]);
    assert.deepEqual(together.map(({ payload }) => payload).sort(), [1, 3]);
  });

  test('a function sees its own environment and nothing of the machine', async () => {
    process.env['SANDBOX_TEST_SECRET'] = 'not for functions';
    const { payload } = await invoke('environment');
    delete process.env['SANDBOX_TEST_SECRET'];
    assert.equal(payload.SANDBOX_TEST_SECRET, undefined);
    assert.equal(payload.PATH, undefined);
    assert.equal(payload.HOME, undefined);
    assert.equal(payload.ADDED, 'by the sandbox');
    assert.equal(payload.AWS_REGION, region);
    assert.equal(payload.AWS_LAMBDA_FUNCTION_NAME, 'environment');
    assert.equal(payload.AWS_ENDPOINT_URL, wire.endpoint);
  });

  test('its SDK clients call the sandbox with the role of the function', async () => {
    const { payload } = await invoke('identity');
    assert.equal(payload, `arn:aws:sts::${account}:assumed-role/identity-role/identity`);
  });

  test('a thrown error is answered with its own name, as Step Functions matches it', async () => {
    const { payload, error } = await invoke('fails');
    assert.equal(error, 'Unhandled');
    assert.equal(payload.errorType, 'SnapshotTooOldError');
    assert.equal(payload.errorMessage, 'newest snapshot is 31 h old\nHINT: look');
    assert.match(payload.trace[0], /^SnapshotTooOldError: newest snapshot/);
    assert.deepEqual((await invoke('throwsText')).payload, { errorType: 'string', errorMessage: 'text', trace: [] });
  });

  test('a function that takes too long times out, its last words are in the log, and the next call works', async () => {
    const { payload, error, tail } = await invoke('hangs');
    assert.equal(error, 'Unhandled');
    assert.equal(payload.errorType, 'Sandbox.Timedout');
    assert.match(payload.errorMessage, /^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.30 seconds$/);
    assert.match(tail, /before hanging/);
    assert.ok(lines('hangs').includes('before hanging'));
    assert.equal((await invoke('hangs')).payload.errorType, 'Sandbox.Timedout');
  });

  test('a function that never yields is ended as well', async () => {
    assert.equal((await invoke('spins')).payload.errorType, 'Sandbox.Timedout');
  });

  test('a function that takes too much memory is ended, and the sandbox lives', async () => {
    const { payload, error } = await invoke('eats');
    assert.equal(error, 'Unhandled');
    assert.equal(payload.errorType, 'Runtime.OutOfMemory');
    assert.equal((await invoke('nothing')).payload, null);
  });

  test('buffers outside the heap count, and what was let go does not', async () => {
    assert.equal((await invoke('buffers')).payload.errorType, 'Runtime.OutOfMemory');
    assert.equal((await invoke('passes')).payload, 64 * 4_000_000);
  });

  test('a function that ends its process is an exit error with its status', async () => {
    const { payload } = await invoke('exits');
    assert.equal(payload.errorType, 'Runtime.ExitError');
    assert.match(payload.errorMessage, /Runtime exited with error: exit status 3$/);
  });

  test('a rejection that nobody handles fails the invocation', async () => {
    const { payload } = await invoke('rejectsLater');
    assert.equal(payload.errorType, 'TypeError');
    assert.equal(payload.errorMessage, 'nobody caught it');
  });

  test('a function killed from outside fails its invocation', async () => {
    const running = invoke('slow');
    await waitUntil('the function runs', () => runtime.busy('slow') === 1 && lines('slow').includes('before hanging'));
    assert.equal(await runtime.kill('slow'), 1);
    const { payload } = await running;
    assert.equal(payload.errorType, 'Runtime.ExitError');
    assert.match(payload.errorMessage, /signal: killed$/);
    assert.equal(runtime.busy('slow'), 0);
  });

  test('code that cannot be loaded names its fault', async () => {
    assert.equal((await invoke('broken')).payload.errorType, 'Runtime.UserCodeSyntaxError');
    assert.equal((await invoke('nowhere')).payload.errorType, 'Runtime.ImportModuleError');
    assert.equal((await invoke('missing')).payload.errorType, 'Runtime.HandlerNotFound');
    assert.deepEqual(
      [(await invoke('throws')).payload.errorType, (await invoke('throws')).payload.errorMessage],
      ['RangeError', 'at the top'],
    );
  });

  test('an answer over 6 MB and a request that is no JSON are refused', async () => {
    assert.equal((await invoke('large')).payload.errorType, 'Function.ResponseSizeTooLarge');
    const command = new InvokeCommand({ FunctionName: 'echo', Payload: 'no json' });
    await assert.rejects(client.send(command), { name: 'InvalidRequestContentException' });
  });

  test('everything that a function writes is in its log group between START and REPORT', async () => {
    await invoke('speaks');
    const [start, one, two, end, report] = lines('speaks');
    assert.match(start ?? '', /^START RequestId: \S+ Version: \$LATEST$/);
    assert.deepEqual([one, two], ['one\ntwo', 'three']);
    assert.match(end ?? '', /^END RequestId: \S+$/);
    assert.match(report ?? '', /\tMemory Size: 128 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: [\d.]+ ms$/);
  });

  test('an asynchronous invocation is accepted at once and tried three times', async () => {
    const attempts = () => lines('throwsText').filter((line) => line.startsWith('END')).length;
    const before = attempts();
    const answer = await client.send(new InvokeCommand({ FunctionName: 'throwsText', InvocationType: 'Event' }));
    assert.equal(answer.StatusCode, 202);
    await waitUntil('three attempts ended', () => attempts() === before + 3);
  });

  test('stop ends what runs and what is just starting, and takes nothing new', async () => {
    const credentials = makeCredentials();
    const stopping = makeLambdaRuntime({ credentials, logs: makeLogStore(account), endpoint: () => wire.endpoint });
    const slow = declare('slow', { handler: 'functions/demo/all.hangs' });
    const running = stopping.invoke(slow, '{}', 'one');
    await waitUntil('one runs', () => stopping.busy('slow') === 1);
    const starting = assert.rejects(stopping.invoke(slow, '{}', 'two'), /was starting when the sandbox stopped/);
    await stopping.stop();
    await starting;
    assert.match((await running).payload, /Runtime\.ExitError/);
    await assert.rejects(stopping.invoke(slow, '{}', 'three'), /was invoked after the sandbox stopped/);
  });

  test('invocations beyond those that run at once wait for one to end', async () => {
    const given = { credentials: makeCredentials(), logs: makeLogStore(account), endpoint: () => wire.endpoint };
    const narrow = makeLambdaRuntime({ ...given, mostAtOnce: 2 });
    const calls = ['1', '2', '3', '4', '5'].map((id) => narrow.invoke(declare('counts'), '{}', id));
    const counts = (await Promise.all(calls)).map(({ payload }) => Number(payload));
    await narrow.stop();
    assert.ok(counts.filter((count) => count === 1).length <= 2, `${counts} of more than two environments`);
  });

  test('functions are listed and described, and an unknown one is ResourceNotFoundException', async () => {
    const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
    assert.ok(Functions.length >= 18);
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'hangs' }));
    assert.equal(Configuration?.MemorySize, 128);
    const unknown = new InvokeCommand({ FunctionName: 'unknown' });
    await assert.rejects(client.send(unknown), { name: 'ResourceNotFoundException' });
  });
});
