import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { coerceError, RestoreFailedError } from '../../../../shared/errors.ts';
import { defineTask, logger, type TaskRun } from '../../../../shared/lambda/define-task.ts';
import { captureLog, lambdaContext } from './capture-log.ts';

type Input = { readonly database: string; readonly count: number };

function makeTask(run: (input: Input, deps: { made: number }, task: TaskRun) => Promise<unknown>) {
  let made = 0;
  const task = defineTask({
    input: z.strictObject({ database: z.string(), count: z.int() }),
    output: z.strictObject({ ok: z.boolean() }),
    deps: () => {
      made += 1;
      return { made };
    },
    run: run as (input: Input, deps: { made: number }, task: TaskRun) => Promise<{ ok: boolean }>,
  });
  const invoke = (event: unknown, remaining?: number) =>
    captureLog(() => settle(task.handler(event, lambdaContext(remaining))));
  return { invoke, depsMade: () => made };
}

async function settle(promise: Promise<unknown>): Promise<{ value?: unknown; error?: Error }> {
  try {
    return { value: await promise };
  } catch (thrown) {
    return { error: coerceError(thrown) };
  }
}

const input = { database: 'fantasy', count: 1 };

describe('a task', () => {
  test('gets its input and returns its output', async () => {
    const { invoke } = makeTask(async ({ count }) => ({ ok: count === 1 }));
    assert.deepEqual((await invoke(input)).result, { value: { ok: true } });
  });

  test('that is out of time is left to Lambda, whose name for that the machines know', async () => {
    const { invoke } = makeTask(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { ok: true };
    });
    assert.deepEqual((await invoke(input, 10)).result, { value: { ok: true } });
  });

  test('fails with a text that a state can carry, however long the error is', async () => {
    const { invoke } = makeTask(async () => {
      throw new RestoreFailedError(`begin ${'x'.repeat(200_000)} end`);
    });
    const { error } = (await invoke(input)).result;
    assert.equal(error?.name, 'RestoreFailedError');
    assert.ok((error?.message.length ?? 0) <= 10_000);
    assert.ok((error?.stack?.length ?? 0) <= 10_100);
    assert.match(error?.message ?? '', /^begin x+[\s\S]*x end$/);
  });

  test('refuses an input with a wrong, a missing and an unknown field, and reports all', async () => {
    const { invoke } = makeTask(async () => ({ ok: true }));
    const { result } = await invoke({ count: 'one', colour: 'red' });
    assert.equal(result.error?.name, 'InvalidInputError');
    const lines = result.error.message.split('\n');
    assert.equal(lines[0], 'input of the task does not match its contract');
    assert.equal(lines.filter((line) => line.startsWith('  ')).length, 3);
    assert.deepEqual(lines.filter((line) => line.startsWith('  ')).sort(), [
      '  colour: observed an unknown key, expected no such key',
      '  count: observed "one", expected type number',
      '  database: observed nothing, expected type string',
    ]);
  });

  test('refuses to return a field that its contract does not have', async () => {
    const { invoke } = makeTask(async () => ({ ok: true, password: 'x' }));
    assert.equal((await invoke(input)).result.error?.name, 'InvalidOutputError');
  });

  test('builds nothing when it is defined or its input is refused, and builds once', async () => {
    const { invoke, depsMade } = makeTask(async () => ({ ok: true }));
    assert.equal(depsMade(), 0);
    await invoke({});
    assert.equal(depsMade(), 0);
    await invoke(input);
    await invoke(input);
    assert.equal(depsMade(), 1);
  });

  test('throws a domain error by its own name, with each cause reported once', async () => {
    const { invoke } = makeTask(async () => {
      const socket = new Error('connection reset');
      throw new RestoreFailedError("copy 'a' is 'failed', expected 'available'", {
        hints: ['Read the events.'],
        cause: new TypeError('no answer', { cause: socket }),
      });
    });
    const { result, lines } = await invoke(input);
    assert.ok(result.error instanceof RestoreFailedError);
    assert.equal(
      result.error.message,
      "copy 'a' is 'failed', expected 'available'\nHINT: Read the events.\nCAUSE: TypeError: no answer\nCAUSE: Error: connection reset",
    );
    const [line] = lines;
    assert.equal(line?.['level'], 'ERROR');
    assert.equal(line['error'], 'RestoreFailedError');
    assert.equal(line['database'], 'fantasy');
    assert.deepEqual(line['causes'], [
      { name: 'TypeError', message: 'no answer' },
      { name: 'Error', message: 'connection reset' },
    ]);
  });

  test('survives a thrown text, and an error that is its own cause', async () => {
    const { invoke: throwsText } = makeTask(() => Promise.reject('just a text'));
    assert.equal((await throwsText(input)).result.error?.message, 'just a text');
    const loop = new Error('round');
    loop.cause = loop;
    const { invoke: throwsLoop } = makeTask(() => Promise.reject(loop));
    assert.match((await throwsLoop(input)).result.error?.message ?? '', /^round/);
  });

  test('forgets what it logged of the invocation before', async () => {
    const { invoke } = makeTask(async () => {
      throw new RestoreFailedError('no');
    });
    await invoke(input);
    const { lines } = await invoke({});
    assert.equal(lines[0]?.['database'], undefined);
  });

  test('logs progress at most once a second, and its end', async () => {
    const { invoke } = makeTask(async (_, __, task) => {
      for (let done = 0; done <= 1000; done += 1) task.progress('tables', done, 1000);
      return { ok: true };
    });
    const started = performance.now();
    const { lines } = await invoke(input);
    const seconds = Math.ceil((performance.now() - started) / 1000);
    assert.ok(lines.length >= 2 && lines.length <= seconds + 2, `${lines.length} lines in ${seconds} s`);
    assert.equal(lines.at(-1)?.['done'], 1000);
  });
});

describe('the logger', () => {
  test('masks values of keys that may hold a secret, wherever they stand, and keeps the ARN of a secret', async () => {
    const { text, lines } = await captureLog(async () => {
      logger.info('connected', {
        password: 'hunter2',
        target: { host: 'db.example.com', userPassword: 'hunter2', nested: [{ sessionToken: 'hunter2' }] },
        headers: { Authorization: 'hunter2' },
        SecretString: { username: 'gameday', inner: 'hunter2' },
        secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/dev/fantasy',
      });
    });
    assert.doesNotMatch(text, /hunter2/);
    const [line] = lines;
    assert.equal(line?.['password'], '***');
    assert.deepEqual(line['target'], {
      host: 'db.example.com',
      userPassword: '***',
      nested: [{ sessionToken: '***' }],
    });
    assert.equal(line['SecretString'], '***');
    assert.match(String(line['secretArn']), /^arn:aws:secretsmanager/);
  });
});
