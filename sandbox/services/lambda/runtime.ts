import { randomBytes } from 'node:crypto';
import { devNull } from 'node:os';
import pLimit from 'p-limit';
import type { Credentials } from '../../credentials.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { FunctionFailure, InvocationResult, LambdaFunction } from './function.ts';
import { type FunctionWorker, InitFailure, type Outcome, startFunctionWorker } from './function-worker.ts';

export type LambdaRuntimeDeps = {
  readonly credentials: Credentials;
  readonly logs: LogStore;
  /** Where the functions' SDK clients call; known only when the wire has started. */
  readonly endpoint: () => string;
  /** Invocations that run at the same time; a test's own. */
  readonly mostAtOnce?: number;
  /** What the sandbox adds to a function's environment, for example `PGSSLROOTCERT`. */
  readonly environment?: (fn: LambdaFunction) => Readonly<Record<string, string>>;
};

export type LambdaRuntime = {
  invoke(fn: LambdaFunction, payload: string, requestId: string): Promise<InvocationResult>;
  /** Kills every busy execution environment of a function; returns how many there were. */
  kill(functionName: string): Promise<number>;
  /** How many execution environments run an invocation now, by function name. */
  busy(functionName: string): number;
  stop(): Promise<void>;
};

/**
 * Warm environments kept over all functions, about 25 MB each. With fewer than a workflow and the sweeper after it have,
 * 23, every start is cold.
 */
const MAXIMUM_IDLE = 64;
/**
 * Environments that run at once; further invocations wait for one. AWS has 1,000 of them, and a computer on which a
 * schedule starts faster than its executions end would do nothing else any more.
 */
const MAXIMUM_AT_ONCE = 64;
/** The session of an execution environment outlives any sandbox: 12 h, the longest that a role allows. */
const SESSION_SECONDS = 43_200;
/** Lambda refuses a longer answer: 6 MB and a little for the envelope. */
const MAXIMUM_RESPONSE_BYTES = 6_291_556;
const TAIL_BYTES = 4096;

export function makeLambdaRuntime(deps: LambdaRuntimeDeps): LambdaRuntime {
  const idle: { readonly arn: string; readonly worker: FunctionWorker }[] = [];
  const busy = new Map<FunctionWorker, string>();
  const ending = new Set<Promise<void>>();
  const running = new Set<Promise<InvocationResult>>();
  const atOnce = pLimit(deps.mostAtOnce ?? MAXIMUM_AT_ONCE);
  let stopped = false;

  async function take(
    fn: LambdaFunction,
    onOutput: (text: string) => void,
  ): Promise<{ worker: FunctionWorker; cold: boolean }> {
    for (let at = idle.length - 1; at >= 0; at -= 1) {
      const entry = idle[at];
      if (entry?.arn === fn.arn) {
        idle.splice(at, 1);
        if (entry.worker.alive()) {
          return { worker: entry.worker, cold: false };
        }
      }
    }
    return { worker: await start(fn, onOutput), cold: true };
  }

  function start(fn: LambdaFunction, onOutput: (text: string) => void): Promise<FunctionWorker> {
    const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    // In a group that functions share, a stream bears its function's name.
    const owner = fn.logGroup === undefined ? '' : fn.name;
    const logStream = `${date}/${owner}[$LATEST]${randomBytes(16).toString('hex')}`;
    const settings = {
      codeDirectory: fn.codeDirectory,
      handler: fn.handler,
      functionName: fn.name,
      invokedFunctionArn: fn.arn,
      memoryMb: fn.memoryMb,
      logGroup: logGroupOf(fn),
      logStream,
    };
    return startFunctionWorker(settings, environmentOf(fn, logStream), onOutput);
  }

  function environmentOf(fn: LambdaFunction, logStream: string): Record<string, string> {
    const session = deps.credentials.issue(fn.roleArn, fn.name, SESSION_SECONDS);
    return {
      ...fn.environment,
      ...deps.environment?.(fn),
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      AWS_REGION: fn.region,
      AWS_DEFAULT_REGION: fn.region,
      AWS_ENDPOINT_URL: deps.endpoint(),
      AWS_LAMBDA_FUNCTION_NAME: fn.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(fn),
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
      LAMBDA_TASK_ROOT: fn.codeDirectory,
      _HANDLER: fn.handler,
      LANG: 'en_US.UTF-8',
      // The profiles of whoever runs the sandbox are not the function's.
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  function giveBack(fn: LambdaFunction, worker: FunctionWorker): void {
    if (!worker.alive()) {
      return;
    }
    if (stopped) {
      end(worker);
      return;
    }
    idle.push({ arn: fn.arn, worker });
    const oldest = idle.length > MAXIMUM_IDLE ? idle.shift() : undefined;
    if (oldest !== undefined) {
      end(oldest.worker);
    }
  }

  function end(worker: FunctionWorker): void {
    const killing = worker.kill().finally(() => ending.delete(killing));
    ending.add(killing);
  }

  async function runOnce(fn: LambdaFunction, payload: string, requestId: string): Promise<InvocationResult> {
    if (stopped) throw stoppedUnder(fn);
    const lines: string[] = [];
    const log = (text: string): void => void lines.push(text);
    log(`START RequestId: ${requestId} Version: $LATEST`);
    let logStream = '';
    let outcome: Outcome;
    let init = '';
    try {
      const { worker, cold } = await take(fn, log);
      if (stopped) {
        await worker.kill();
        throw stoppedUnder(fn);
      }
      logStream = worker.logStream;
      init = cold ? `\tInit Duration: ${worker.initMilliseconds.toFixed(2)} ms` : '';
      // From here on lines go straight to the log: a function that hangs has said why by then.
      const live = writer(deps.logs, fn, logStream, lines);
      busy.set(worker, fn.name);
      try {
        outcome = await worker.invoke({ requestId, payload }, fn.timeoutSeconds, live);
      } finally {
        busy.delete(worker);
      }
      giveBack(fn, worker);
    } catch (error) {
      if (!(error instanceof InitFailure)) {
        throw error;
      }
      logStream = 'init-failure';
      deps.logs.append(fn.region, logGroupOf(fn), logStream, lines.map(logEvent));
      outcome = { failure: error.failure, milliseconds: 0, peakMemoryBytes: 0 };
    }
    const result = toResult(outcome);
    const closing = [
      ...describeFailure(result.failure),
      `END RequestId: ${requestId}`,
      report(fn, requestId, outcome) + init,
    ];
    deps.logs.append(fn.region, logGroupOf(fn), logStream, closing.map(logEvent));
    const logTail = Buffer.from([...lines, ...closing].join('\n'))
      .subarray(-TAIL_BYTES)
      .toString();
    return {
      payload: result.payload,
      functionError: result.failure === undefined ? undefined : 'Unhandled',
      logTail,
    };
  }

  return {
    async invoke(fn, payload, requestId) {
      if (stopped) {
        throw new Error(`function '${fn.name}' was invoked after the sandbox stopped`);
      }
      const invocation = atOnce(() => runOnce(fn, payload, requestId));
      running.add(invocation);
      try {
        return await invocation;
      } finally {
        running.delete(invocation);
      }
    },

    async kill(functionName) {
      const victims = [...busy].filter(([, name]) => name === functionName).map(([worker]) => worker);
      await Promise.all(victims.map((worker) => worker.kill()));
      return victims.length;
    },

    busy: (functionName) => [...busy.values()].filter((name) => name === functionName).length,

    async stop() {
      stopped = true;
      const workers = [...idle.splice(0).map(({ worker }) => worker), ...busy.keys()];
      await Promise.all([...workers.map((worker) => worker.kill()), ...ending]);
      // One that was still starting its environment is refused when it has started.
      await Promise.allSettled(running);
    },
  };
}

const stoppedUnder = ({ name }: LambdaFunction) =>
  new Error(`function '${name}' was starting when the sandbox stopped`);

function logGroupOf(fn: LambdaFunction): string {
  return fn.logGroup ?? `/aws/lambda/${fn.name}`;
}

/** Writes what was said so far, and then every line as it is said. */
function writer(logs: LogStore, fn: LambdaFunction, logStream: string, lines: string[]): (text: string) => void {
  logs.append(fn.region, logGroupOf(fn), logStream, lines.map(logEvent));
  return (text) => {
    const line = text.replace(/\n$/, '');
    if (line !== '') {
      lines.push(line);
      logs.append(fn.region, logGroupOf(fn), logStream, [logEvent(line)]);
    }
  };
}

function logEvent(message: string): { at: number; message: string } {
  return { at: Date.now(), message: message.replace(/\n$/, '') };
}

function toResult({ payload, failure }: Outcome): { payload: string; failure: FunctionFailure | undefined } {
  if (payload !== undefined && Buffer.byteLength(payload) > MAXIMUM_RESPONSE_BYTES) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAXIMUM_RESPONSE_BYTES} bytes).`;
    const tooLarge = { errorType: 'Function.ResponseSizeTooLarge', errorMessage };
    return { payload: JSON.stringify(tooLarge), failure: tooLarge };
  }
  return { payload: payload ?? JSON.stringify(failure), failure };
}

function describeFailure(failure: FunctionFailure | undefined): string[] {
  return failure === undefined ? [] : [`${new Date().toISOString()}\tERROR\tInvoke Error\t${JSON.stringify(failure)}`];
}

/** `Max Memory Used` is the thread's heap with its buffers and the runtime's share, sampled twenty times a second. */
function report(fn: LambdaFunction, requestId: string, { milliseconds, peakMemoryBytes }: Outcome): string {
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(milliseconds)} ms`,
    `Memory Size: ${fn.memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(peakMemoryBytes / 1_048_576)} MB`,
  ].join('\t');
}
