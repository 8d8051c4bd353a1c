import type { FunctionFailure } from './function.ts';

/** What the sandbox and a function's worker thread say to each other. */
export type WorkerSettings = {
  readonly codeDirectory: string;
  readonly handler: string;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
};

export type ToWorker = {
  readonly requestId: string;
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
};

export type FromWorker =
  | { readonly kind: 'ready'; readonly initMilliseconds: number }
  | { readonly kind: 'broken'; readonly failure: FunctionFailure }
  | { readonly kind: 'out of memory' }
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'result'; readonly payload: string; readonly peakMemoryBytes: number }
  | { readonly kind: 'failure'; readonly failure: FunctionFailure; readonly peakMemoryBytes: number };
