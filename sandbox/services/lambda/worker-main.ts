/**
 * The inside of a function's worker thread: what the Node.js runtime of Lambda does. It loads the handler, answers
 * one invocation at a time, and sends output by the same port as results, so that no line arrives after its result.
 */
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionFailure } from './function.ts';
import { isTooMuch, memoryTaken } from './memory.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;

class HandlerError extends Error {
  readonly errorType: string;
  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

const settings = workerData as WorkerSettings;
const port = parentPort;
if (port === null) {
  throw new Error('worker-main.ts runs in a worker thread only');
}
const send = (message: FromWorker): void => port.postMessage(message);

for (const stream of [process.stdout, process.stderr]) {
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    send({ kind: 'output', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') {
      queueMicrotask(() => callback());
    }
    return true;
  }) as typeof stream.write;
}

// The resolver of the function's network; a function does not see how it is set.
const resolver = process.env['SANDBOX_RESOLVER'];
if (resolver !== undefined) {
  dns.setServers([resolver]);
  dns.promises.setServers([resolver]);
  delete process.env['SANDBOX_RESOLVER'];
}

// Only for Node, which has read it before this file; a function does not see it.
delete process.env['NODE_COMPILE_CACHE'];

let peakMemoryBytes = 0;
/** Made when it is needed: a context of its own takes as long as a fifth of a cold start. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Garbage counts only when a collection leaves it. */
function sampleMemory(): void {
  let heap = getHeapStatistics();
  if (isTooMuch(heap, settings.memoryMb)) {
    collectGarbage();
    heap = getHeapStatistics();
    if (isTooMuch(heap, settings.memoryMb)) send({ kind: 'out of memory' });
  }
  peakMemoryBytes = Math.max(peakMemoryBytes, memoryTaken(heap));
}
const started = performance.now();
try {
  const handler = await loadHandler();
  port.on('message', (message: ToWorker) => {
    void invoke(handler, message);
  });
  send({ kind: 'ready', initMilliseconds: performance.now() - started });
} catch (error) {
  send({ kind: 'broken', failure: loadFailure(error) });
}

async function invoke(handler: Handler, { requestId, payload, deadline }: ToWorker): Promise<void> {
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: settings.functionName,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    invokedFunctionArn: settings.invokedFunctionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  // Not while it is only warm: thirty of them would wake a core three hundred times a second.
  const sampling = setInterval(sampleMemory, 100).unref();
  try {
    const answer = await handler(JSON.parse(payload), context);
    sampleMemory();
    send({ kind: 'result', payload: JSON.stringify(answer) ?? 'null', peakMemoryBytes });
  } catch (error) {
    sampleMemory();
    send({ kind: 'failure', failure: toFailure(error), peakMemoryBytes });
  } finally {
    clearInterval(sampling);
  }
}

async function loadHandler(): Promise<Handler> {
  const dot = settings.handler.lastIndexOf('.');
  const file = settings.handler.slice(0, dot);
  const name = settings.handler.slice(dot + 1);
  const path = ['.mjs', '.js', '.cjs']
    .map((end) => join(settings.codeDirectory, `${file}${end}`))
    .find((one) => existsSync(one));
  if (path === undefined) {
    throw new HandlerError('Runtime.ImportModuleError', `Error: Cannot find module '${file.split('/').pop()}'`);
  }
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const fallback = module['default'];
  const handler =
    module[name] ??
    (typeof fallback === 'object' && fallback !== null ? (fallback as Record<string, unknown>)[name] : undefined);
  if (typeof handler !== 'function') {
    throw new HandlerError('Runtime.HandlerNotFound', `${settings.handler} is undefined or not exported`);
  }
  return handler as Handler;
}

function loadFailure(error: unknown): FunctionFailure {
  if (error instanceof HandlerError) {
    return { errorType: error.errorType, errorMessage: error.message, trace: [] };
  }
  const failure = toFailure(error);
  return failure.errorType === 'SyntaxError' ? { ...failure, errorType: 'Runtime.UserCodeSyntaxError' } : failure;
}

function toFailure(error: unknown): FunctionFailure {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
