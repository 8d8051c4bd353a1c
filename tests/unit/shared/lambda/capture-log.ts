import type { Context } from 'aws-lambda';

/** Runs `work` and gives back the JSON lines that the logger wrote meanwhile, as text and parsed. */
export async function captureLog<T>(
  work: () => Promise<T>,
): Promise<{ result: T; text: string; lines: Record<string, unknown>[] }> {
  const texts: string[] = [];
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write);
  for (const [index, stream] of streams.entries()) {
    // The test runner writes here too: only lines of JSON are the logger's.
    stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
      if (typeof chunk === 'string' && chunk.startsWith('{')) {
        texts.push(chunk);
        return true;
      }
      return originals[index]?.call(stream, chunk, ...rest) ?? true;
    }) as typeof stream.write;
  }
  try {
    const result = await work();
    const text = texts.join('');
    const lines = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Record<string, unknown> => JSON.parse(line));
    return { result, text, lines };
  } finally {
    for (const [index, stream] of streams.entries()) stream.write = originals[index] ?? stream.write;
  }
}

export const lambdaContext = (remaining = 60_000): Context => ({
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'task',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:task',
  memoryLimitInMB: '256',
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  logGroupName: '/aws/lambda/task',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => remaining,
  done: () => {},
  fail: () => {},
  succeed: () => {},
});
