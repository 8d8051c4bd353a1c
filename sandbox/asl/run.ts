import type { Clock } from '../clock.ts';
import type { MapRunHost } from './map-run.ts';
import type { TaskRunner } from './task-runner.ts';

/** `$states.context` as far as it is the same for every state of an execution. */
export type ExecutionContext = {
  readonly Execution: {
    readonly Id: string;
    readonly Name: string;
    readonly Input: unknown;
    readonly StartTime: string;
    readonly RoleArn: string;
    readonly RedriveCount: number;
    readonly RedriveTime?: string;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
};

/** What the visits of one execution share. */
export type Run = {
  readonly tasks: TaskRunner;
  readonly clock: Clock;
  readonly region: string;
  readonly mapRuns: MapRunHost;
  readonly newTaskToken: () => string;
  readonly random: () => number;
  /** No timeout is shorter in real time, however fast the clock: a real PostgreSQL does not run faster. */
  readonly minimumTimeoutMilliseconds: number;
  readonly path: string[];
  readonly context: () => ExecutionContext;
};

/** Sandbox milliseconds of a timeout of so many seconds. */
export function timeoutMilliseconds(run: Pick<Run, 'clock' | 'minimumTimeoutMilliseconds'>, seconds: number): number {
  return Math.max(seconds * 1000, run.minimumTimeoutMilliseconds * run.clock.speed);
}
