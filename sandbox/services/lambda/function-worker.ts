import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { compileCache } from './compile-cache.ts';
import type { FunctionFailure } from './function.ts';
import { heapLimitMb } from './memory.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';

export type Outcome = {
  readonly payload?: string;
  readonly failure?: FunctionFailure;
  readonly milliseconds: number;
  readonly peakMemoryBytes: number;
};

/** One execution environment of one function: a worker thread that serves one invocation at a time. */
export type FunctionWorker = {
  readonly logStream: string;
  readonly initMilliseconds: number;
  /** False once the thread ended: after a timeout, too much memory, `process.exit`, or `kill`. */
  alive(): boolean;
  invoke(
    call: { requestId: string; payload: string },
    timeoutSeconds: number,
    onOutput: (text: string) => void,
  ): Promise<Outcome>;
  /** Ends the thread at once; a running invocation fails as when the runtime is killed. */
  kill(): Promise<void>;
};

/** Lambda gives a cold start 10 s; a busy laptop is slower at reading bundles, and nothing depends on this bound. */
const INIT_TIMEOUT_MS = 60_000;

export class InitFailure extends Error {
  override readonly name = 'InitFailure';
  readonly failure: FunctionFailure;

  constructor(failure: FunctionFailure) {
    super(failure.errorMessage);
    this.failure = failure;
  }
}

const outOfMemory: FunctionFailure = {
  errorType: 'Runtime.OutOfMemory',
  errorMessage: 'Error: Runtime exited with error: signal: killed',
};

export async function startFunctionWorker(
  settings: WorkerSettings,
  environment: Record<string, string>,
  onOutput: (text: string) => void,
): Promise<FunctionWorker> {
  const worker = new Worker(new URL('./worker-main.ts', import.meta.url), {
    workerData: settings,
    // A plain object, never process.env: the thread sees the function's environment and nothing of the machine's.
    env: { ...environment, NODE_COMPILE_CACHE: await compileCache() },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb(settings.memoryMb) },
  });
  let output = onOutput;
  let settle: ((message: FromWorker) => void) | undefined;
  let death: FunctionFailure | undefined;
  let killed = false;
  let ended = false;

  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'output') {
      output(message.text);
    } else if (message.kind === 'out of memory') {
      death = outOfMemory;
      void worker.terminate();
    } else {
      settle?.(message);
    }
  });
  worker.on('error', (error: Error & { code?: string }) => {
    death =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? outOfMemory
        : { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  });
  worker.on('exit', (code) => {
    ended = true;
    const reason = killed ? 'signal: killed' : `exit status ${code}`;
    const failure = death ?? {
      errorType: 'Runtime.ExitError',
      errorMessage: `Error: Runtime exited with error: ${reason}`,
    };
    settle?.({ kind: 'failure', failure, peakMemoryBytes: 0 });
  });

  /** The next message that settles something, or the failure that the bound stands for. */
  function settled(milliseconds: number, failure: FunctionFailure): Promise<FromWorker> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        settle = undefined;
        // Its exit must not settle the invocation that a successor serves; nothing waits for it any more.
        void worker.terminate();
        resolve({ kind: 'failure', failure, peakMemoryBytes: 0 });
      }, milliseconds);
      settle = (message) => {
        clearTimeout(timer);
        settle = undefined;
        resolve(message);
      };
    });
  }

  const initBound = {
    errorType: 'Sandbox.Timedout',
    errorMessage: `initialisation timed out after ${INIT_TIMEOUT_MS / 1000} s`,
  };
  const first = await settled(INIT_TIMEOUT_MS, initBound);
  if (first.kind !== 'ready') {
    await worker.terminate();
    throw new InitFailure(first.kind !== 'broken' && first.kind !== 'failure' ? initBound : first.failure);
  }
  worker.unref();

  return {
    logStream: settings.logStream,
    initMilliseconds: first.initMilliseconds,
    alive: () => !ended,
    async invoke({ requestId, payload }, timeoutSeconds, onLine) {
      output = onLine;
      const started = performance.now();
      if (ended) {
        return { failure: withRequest(requestId, death ?? initBound), milliseconds: 0, peakMemoryBytes: 0 };
      }
      worker.ref();
      const timeout = {
        errorType: 'Sandbox.Timedout',
        errorMessage: `Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
      };
      const answer = settled(timeoutSeconds * 1000, timeout);
      const message: ToWorker = { requestId, payload, deadline: Date.now() + timeoutSeconds * 1000 };
      worker.postMessage(message);
      const settledBy = await answer;
      worker.unref();
      const milliseconds = performance.now() - started;
      if (settledBy.kind === 'result') {
        return { payload: settledBy.payload, milliseconds, peakMemoryBytes: settledBy.peakMemoryBytes };
      }
      if (settledBy.kind !== 'failure') {
        throw new Error(`worker of '${settings.functionName}' answered '${settledBy.kind}' to an invocation`);
      }
      if (settledBy.failure === timeout) {
        ended = true;
      }
      const failure = withRequest(requestId, settledBy.failure);
      return { failure, milliseconds, peakMemoryBytes: settledBy.peakMemoryBytes };
    },
    async kill() {
      if (!ended) {
        killed = true;
        const exited = once(worker, 'exit');
        await worker.terminate();
        await exited;
      }
    },
  };
}

/** Lambda puts the request's id before the text of failures that are its own and not the function's. */
function withRequest(requestId: string, failure: FunctionFailure): FunctionFailure {
  const own = failure.errorType.startsWith('Runtime.') || failure.errorType.startsWith('Sandbox.');
  return own ? { ...failure, errorMessage: `RequestId: ${requestId} ${failure.errorMessage}` } : failure;
}
