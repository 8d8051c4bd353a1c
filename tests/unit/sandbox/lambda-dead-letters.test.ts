import assert from 'node:assert/strict';
import type { DeadLetter, InvocationResult, LambdaFunction } from '../../../sandbox/services/lambda/function.ts';
import { makeLambda } from '../../../sandbox/services/lambda/lambda.ts';
import { waitUntil } from '../../support/wait-until.ts';

const fn = { name: 'send', region: 'us-east-1', deadLetterArn: 'arn:aws:sqs:us-east-1:123456789012:undelivered' };

/** Lets the function fail so often, and gives what was asked of it and what was kept. */
async function invokeLater(failures: number, change: Partial<LambdaFunction> = {}) {
  const letters: DeadLetter[] = [];
  let calls = 0;
  let waits = 0;
  const invoke = async (): Promise<InvocationResult> => {
    calls += 1;
    return calls <= failures
      ? { functionError: 'Unhandled', payload: '{"errorMessage":"nobody was notified"}', logTail: '' }
      : { functionError: undefined, payload: '{}', logTail: '' };
  };
  const lambda = makeLambda({
    account: '123456789012',
    functions: [{ ...fn, ...change } as LambdaFunction],
    runtime: { invoke } as never,
    clock: {
      wait: async () => {
        waits += 1;
      },
    } as never,
    onDeadLetter: (letter) => letters.push(letter),
  });
  const context = { region: 'us-east-1', requestId: '1' } as never;
  const event = { FunctionName: 'send', InvocationType: 'Event', Payload: Buffer.from('{"Records":[1]}') };
  await lambda.operations['Invoke']?.(event, context);
  await waitUntil('the calls are over', () => calls === Math.min(3, failures + 1));
  await new Promise((resolve) => setImmediate(resolve));
  return { letters, calls, waits };
}

test('an event that a function fails to take three times is kept, whole, with the last error', async () => {
  assert.deepEqual((await invokeLater(3)).letters, [
    {
      targetArn: fn.deadLetterArn,
      functionName: 'send',
      body: '{"Records":[1]}',
      errorMessage: 'nobody was notified',
    },
  ]);
});

test('an event that is taken at the third call is kept nowhere', async () => {
  const { letters, calls, waits } = await invokeLater(2);
  assert.deepEqual([letters, calls, waits], [[], 3, 2]);
});

test('a function without a dead-letter queue keeps nothing', async () => {
  assert.deepEqual((await invokeLater(3, { deadLetterArn: undefined })).letters, []);
});
