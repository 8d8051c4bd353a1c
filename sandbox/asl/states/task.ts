import type { TaskState } from '../definition.ts';
import { watchHeartbeat } from '../heartbeat.ts';
import { pause, untilAborted, withDeadline } from '../pause.ts';
import { requirePayloadSize, requireResultSize } from '../payload-size.ts';
import { withRetryAndCatch } from '../retry-catch.ts';
import { timeoutMilliseconds } from '../run.ts';
import { HeartbeatMissed, StatesError, toStatesError } from '../states-error.ts';
import { conclude, type Step } from '../step.ts';
import { splitResource, taskEvents } from '../task-events.ts';
import type { TaskOptions } from '../task-runner.ts';
import type { Visit } from '../visit.ts';
import { longestSeconds } from './wait.ts';

export async function performTask(state: TaskState, visit: Visit): Promise<Step> {
  return await withRetryAndCatch(state, visit, async () => {
    visit.taskToken = state.Resource.endsWith('.waitForTaskToken') ? visit.run.newTaskToken() : undefined;
    const result = await runTask(state, visit);
    return await conclude(visit, state, '', { result }, result, state.Next);
  });
}

async function runTask(state: TaskState, visit: Visit): Promise<unknown> {
  const { run } = visit;
  const taskArguments =
    state.Arguments === undefined ? visit.input : await visit.evaluate(state.Arguments, 'Arguments');
  requirePayloadSize(taskArguments, visit.name);
  const timeout = await optionalSeconds(visit, state.TimeoutSeconds, 'TimeoutSeconds');
  const heartbeat = await optionalSeconds(visit, state.HeartbeatSeconds, 'HeartbeatSeconds');
  const events = taskEvents(state.Resource, run.region, visit.thread);
  events.scheduled(taskArguments, timeout, heartbeat);
  events.started();
  try {
    const result = await withDeadline(
      run.clock,
      timeout === undefined ? undefined : timeoutMilliseconds(run, timeout),
      visit.signal,
      () => new StatesError('States.Timeout'),
      (signal) => {
        const answer = makeAnswerWait(visit, visit.taskToken === undefined ? undefined : timeout, signal);
        return withHeartbeat(visit, heartbeat, answer.signal, (options) =>
          run.tasks(state.Resource, taskArguments, {
            ...options,
            taskToken: visit.taskToken,
            stateName: visit.name,
            executionArn: run.context().Execution.Id,
            submitted: (output) => {
              events.submitted(output);
              answer.begin();
            },
          }),
        ).finally(answer.end);
      },
    );
    requireResultSize(result, resourceTypeOf(state.Resource));
    events.succeeded(result);
    return result;
  } catch (thrown) {
    visit.signal.throwIfAborted();
    const failure = toStatesError(thrown);
    events.failed(failure);
    throw failure;
  }
}

/**
 * What a task calls has real time, and so a time-out that is not shortened. Once it only waits for whoever has its token, it is a wait like
 * any other.
 */
function makeAnswerWait({ run }: Visit, timeout: number | undefined, outer: AbortSignal) {
  const over = new AbortController();
  const ended = new AbortController();
  return {
    signal: AbortSignal.any([outer, over.signal]),
    begin: () => {
      if (timeout === undefined) return;
      // A sandbox that stops waits for nobody: the task itself may never hear of it.
      pause(run.clock, timeout * 1000, AbortSignal.any([ended.signal, outer])).then(
        () => over.abort(new StatesError('States.Timeout')),
        () => {},
      );
    },
    end: () => ended.abort(new Error('the task has ended')),
  };
}

function resourceTypeOf(resource: string): string {
  return /^arn:[^:]+:lambda:/.test(resource) ? 'lambda' : splitResource(resource).resourceType;
}

async function withHeartbeat(
  visit: Visit,
  seconds: number | undefined,
  outer: AbortSignal,
  work: (options: Pick<TaskOptions, 'signal' | 'heartbeat'>) => Promise<unknown>,
): Promise<unknown> {
  const missed = new AbortController();
  const signal = AbortSignal.any([outer, missed.signal]);
  const watch =
    seconds === undefined
      ? undefined
      : watchHeartbeat(visit.run.clock, timeoutMilliseconds(visit.run, seconds), () =>
          missed.abort(new HeartbeatMissed()),
        );
  try {
    const result = await untilAborted(work({ signal, heartbeat: () => watch?.beat() }), signal);
    // A result crosses a wire in AWS: what comes out is JSON, and no result is null.
    return JSON.parse(JSON.stringify(result ?? null));
  } finally {
    watch?.stop();
  }
}

async function optionalSeconds(visit: Visit, value: unknown, field: string): Promise<number | undefined> {
  return value === undefined ? undefined : await visit.evaluateInteger(value, field, 1, longestSeconds);
}
