import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import type { Machine } from './definition.ts';
import { type Frame, makeFrame } from './frame.ts';
import { History, notTruncated, Thread } from './history.ts';
import type { MapRunHost } from './map-run.ts';
import { pause } from './pause.ts';
import { type ExecutionContext, type Run, timeoutMilliseconds } from './run.ts';
import { StatesError, toStatesError } from './states-error.ts';
import type { TaskRunner } from './task-runner.ts';
import { walk } from './walk.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export type ExecutionOptions = {
  readonly machine: Machine;
  readonly input: unknown;
  readonly executionArn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly region: string;
  readonly clock: Clock;
  readonly tasks: TaskRunner;
  readonly mapRuns: MapRunHost;
  readonly newTaskToken: () => string;
  readonly random?: () => number;
  /** What TestState begins with: variables, and what it says of `$states.context`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly contextFields?: Readonly<Record<string, unknown>>;
  readonly minimumTimeoutMilliseconds?: number;
  readonly onEvent?: (event: HistoryEvent) => void;
};

class ExecutionStopped extends Error {
  override readonly name = 'ExecutionStopped';
}

class ExecutionTimedOut extends Error {
  override readonly name = 'ExecutionTimedOut';
}

/** One execution: its history, and its status from the start through the end and any redrive. */
export class Execution {
  readonly options: ExecutionOptions;
  readonly startDate: Date;
  readonly path: string[] = [];
  status: ExecutionStatus = 'RUNNING';
  stopDate: Date | undefined;
  output: unknown;
  error: string | undefined;
  cause: string | undefined;
  redriveCount = 0;
  redriveDate: Date | undefined;
  readonly #history: History;
  readonly #thread: Thread;
  readonly #frame: Frame;
  readonly #run: Run;
  #controller = new AbortController();

  constructor(options: ExecutionOptions) {
    this.options = options;
    this.startDate = options.clock.now();
    this.#history = new History(options.clock, options.onEvent);
    this.#thread = new Thread(this.#history);
    this.#frame = makeFrame(options.machine.StartAt, options.input);
    Object.assign(this.#frame.scope.own, options.variables);
    this.#run = {
      tasks: options.tasks,
      clock: options.clock,
      region: options.region,
      mapRuns: options.mapRuns,
      newTaskToken: options.newTaskToken,
      random: options.random ?? Math.random,
      minimumTimeoutMilliseconds: options.minimumTimeoutMilliseconds ?? 0,
      path: this.path,
      context: () => this.#context(),
    };
  }

  get events(): readonly HistoryEvent[] {
    return this.#history.events;
  }

  /** Runs to the end; never rejects. */
  async run(): Promise<void> {
    const { roleArn, input } = this.options;
    // As in AWS, the first state's entry has no previous event either.
    this.#history.append('ExecutionStarted', 0, {
      executionStartedEventDetails: { input: JSON.stringify(input), inputDetails: notTruncated, roleArn },
    });
    await this.#walk();
  }

  /** Continues a FAILED, TIMED_OUT or ABORTED execution at the state that did not succeed; never rejects. */
  async redrive(): Promise<void> {
    this.redriveCount += 1;
    this.redriveDate = this.options.clock.now();
    this.status = 'RUNNING';
    this.stopDate = undefined;
    this.error = undefined;
    this.cause = undefined;
    this.#controller = new AbortController();
    this.#thread.previous = this.#history.events.length;
    this.#thread.record('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: this.redriveCount } });
    await this.#walk();
  }

  abort(error?: string, cause?: string): void {
    this.error = error;
    this.cause = cause;
    this.#controller.abort(new ExecutionStopped('the execution was stopped'));
  }

  async #walk(): Promise<void> {
    const { machine, clock } = this.options;
    const timer = new AbortController();
    const controller = this.#controller;
    if (machine.TimeoutSeconds !== undefined) {
      pause(clock, timeoutMilliseconds(this.#run, machine.TimeoutSeconds), timer.signal).then(
        () => controller.abort(new ExecutionTimedOut('the execution timed out')),
        () => {},
      );
    }
    try {
      this.output = await walk(machine, this.#frame, this.#run, this.#thread, controller.signal);
      this.status = 'SUCCEEDED';
      this.#thread.record('ExecutionSucceeded', {
        executionSucceededEventDetails: { output: JSON.stringify(this.output), outputDetails: notTruncated },
      });
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      timer.abort();
    }
    this.stopDate = clock.now();
  }

  #fail(thrown: unknown): void {
    if (thrown instanceof ExecutionStopped) {
      this.status = 'ABORTED';
      this.#thread.record('ExecutionAborted', { executionAbortedEventDetails: this.#failureDetails() });
      return;
    }
    if (thrown instanceof ExecutionTimedOut) {
      this.status = 'TIMED_OUT';
      this.error = 'States.Timeout';
      this.#thread.record('ExecutionTimedOut', { executionTimedOutEventDetails: this.#failureDetails() });
      return;
    }
    // An error that no state named is a defect of the sandbox: it must be seen, not matched by a Catch.
    const failure = thrown instanceof StatesError ? thrown : toStatesError(thrown);
    this.status = 'FAILED';
    this.error = failure.error === '' ? undefined : failure.error;
    this.cause = failure.causeText;
    this.#thread.record('ExecutionFailed', { executionFailedEventDetails: this.#failureDetails() });
  }

  #failureDetails(): { error?: string; cause?: string } {
    return {
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.cause === undefined ? {} : { cause: this.cause }),
    };
  }

  #context(): ExecutionContext {
    const { options, redriveDate } = this;
    return {
      Execution: {
        Id: options.executionArn,
        Name: options.name,
        Input: options.input,
        StartTime: this.startDate.toISOString(),
        RoleArn: options.roleArn,
        RedriveCount: this.redriveCount,
        ...(redriveDate === undefined ? {} : { RedriveTime: redriveDate.toISOString() }),
      },
      StateMachine: { Id: options.stateMachineArn, Name: options.stateMachineName },
      ...options.contextFields,
    };
  }
}
