import { randomUUID } from 'node:crypto';
import { ReportedFailure, type StatesError } from '../../asl/states-error.ts';
import { AwsError } from '../../wire/aws-error.ts';

type Waiting = {
  readonly resolve: (output: unknown) => void;
  readonly reject: (failure: StatesError) => void;
  readonly heartbeat: () => void;
};

/** The tasks that wait for SendTaskSuccess or SendTaskFailure. */
export type TaskTokens = {
  issue(): string;
  /** Settles with the callback; rejects when the signal aborts, after which the token is a timed-out one. */
  wait(token: string, signal: AbortSignal, heartbeat: () => void): Promise<unknown>;
  succeed(token: string, output: string): void;
  fail(token: string, error: string | undefined, cause: string | undefined): void;
  heartbeat(token: string): void;
};

export function makeTaskTokens(): TaskTokens {
  const waiting = new Map<string, Waiting>();
  const ended = new Set<string>();
  const issued = new Set<string>();
  /** A callback may come before its task waits: a Lambda can answer while it still runs. */
  const early = new Map<string, (task: Waiting) => void>();

  function settle(token: string, how: (task: Waiting) => void): void {
    if (ended.has(token)) {
      throw new AwsError('TaskTimedOut', 'Task Timed Out: the task is no longer running');
    }
    if (!issued.has(token)) {
      throw new AwsError('InvalidToken', 'Invalid Token: the token does not belong to a task');
    }
    ended.add(token);
    const task = waiting.get(token);
    if (task === undefined) {
      early.set(token, how);
    } else {
      how(task);
    }
  }

  return {
    issue() {
      const token = Buffer.from(randomUUID() + randomUUID()).toString('base64');
      issued.add(token);
      return token;
    },
    async wait(token, signal, heartbeat) {
      let onAbort = () => {};
      try {
        return await new Promise((resolve, reject) => {
          const task = { resolve, reject, heartbeat };
          onAbort = () => reject(signal.reason);
          signal.addEventListener('abort', onAbort, { once: true });
          if (signal.aborted) {
            onAbort();
          }
          waiting.set(token, task);
          early.get(token)?.(task);
        });
      } finally {
        signal.removeEventListener('abort', onAbort);
        waiting.delete(token);
        early.delete(token);
        ended.add(token);
      }
    },
    succeed(token, output) {
      let value: unknown;
      try {
        value = JSON.parse(output);
      } catch {
        throw new AwsError('InvalidOutput', 'Invalid Output: the output is not JSON');
      }
      settle(token, (task) => task.resolve(value));
    },
    fail(token, error, cause) {
      settle(token, (task) => task.reject(new ReportedFailure(error, cause)));
    },
    heartbeat(token) {
      if (ended.has(token)) {
        throw new AwsError('TaskTimedOut', 'Task Timed Out: the task is no longer running');
      }
      if (!issued.has(token)) {
        throw new AwsError('InvalidToken', 'Invalid Token: the token does not belong to a task');
      }
      waiting.get(token)?.heartbeat();
    },
  };
}
