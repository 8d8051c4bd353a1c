import type { ItemProcessor } from './definition.ts';

export type MapRunRequest = {
  readonly label: string;
  readonly processor: ItemProcessor;
  readonly itemCount: number;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
};

export type ChildOutcome = {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly executionArn: string;
  readonly name: string;
  readonly input: unknown;
  readonly itemCount: number;
  readonly startDate: Date;
  readonly stopDate: Date;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
};

/** The child executions of one distributed Map state. */
export type MapRun = {
  readonly arn: string;
  /** Starts the child of a batch, or redrives it when it ran before. Never rejects: its failure is an outcome. */
  runChild(index: number, input: unknown, itemCount: number, signal: AbortSignal): Promise<ChildOutcome>;
  redrive(): number;
  finish(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
};

export type MapRunHost = { open(request: MapRunRequest): MapRun };
