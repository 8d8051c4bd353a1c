import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { State, StatesBlock } from './definition.ts';
import { type Frame, moveTo } from './frame.ts';
import { notTruncated, type Thread } from './history.ts';
import { SiblingFailed } from './inner-walks.ts';
import type { Run } from './run.ts';
import { assignVariables } from './scope.ts';
import { performChoice } from './states/choice.ts';
import { performFail } from './states/fail.ts';
import { performMap } from './states/map.ts';
import { performParallel } from './states/parallel.ts';
import { performPass } from './states/pass.ts';
import { performSucceed } from './states/succeed.ts';
import { performTask } from './states/task.ts';
import { performWait } from './states/wait.ts';
import { StatesError } from './states-error.ts';
import type { Step } from './step.ts';
import { type MapItem, Visit } from './visit.ts';

/** Walks a block from its frame's state to its end. Rejects with a StatesError, or with the signal's reason. */
export async function walk(
  block: StatesBlock,
  frame: Frame,
  run: Run,
  thread: Thread,
  signal: AbortSignal,
  item?: MapItem,
): Promise<unknown> {
  while (frame.output === undefined) {
    signal.throwIfAborted();
    const state = block.States[frame.state];
    if (state === undefined) {
      throw new StatesError('States.Runtime', `The state '${frame.state}' does not exist.`);
    }
    const visit = new Visit(run, frame, thread, signal, item);
    enter(state, visit);
    const step = await performOrAbort(state, visit);
    exit(state, visit, step);
    if (step.next === undefined) {
      frame.output = { value: step.output };
    } else {
      moveTo(frame, step.next, step.output);
    }
  }
  return frame.output.value;
}

function enter(state: State, visit: Visit): void {
  visit.run.path.push(visit.name);
  if (visit.frame.entered !== undefined) {
    return;
  }
  const eventId = visit.thread.record(`${state.Type}StateEntered`, {
    stateEnteredEventDetails: { name: visit.name, input: JSON.stringify(visit.input), inputDetails: notTruncated },
  });
  visit.frame.entered = { eventId, time: visit.run.clock.now() };
}

function exit(state: State, visit: Visit, step: Step): void {
  if (step.assigned !== undefined) {
    assignVariables(visit.frame.scope, step.assigned);
  }
  if (state.Type === 'Fail') {
    return;
  }
  visit.thread.record(`${state.Type}StateExited`, {
    stateExitedEventDetails: {
      name: visit.name,
      output: JSON.stringify(step.output),
      outputDetails: notTruncated,
      ...(step.assigned === undefined
        ? {}
        : {
            assignedVariables: Object.fromEntries(
              Object.entries(step.assigned).map(([name, value]) => [name, JSON.stringify(value)]),
            ),
            assignedVariablesDetails: notTruncated,
          }),
    },
  });
}

const abortedEvents: Partial<Record<State['Type'], HistoryEventType>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Parallel: 'ParallelStateAborted',
  Map: 'MapStateAborted',
};

async function performOrAbort(state: State, visit: Visit): Promise<Step> {
  try {
    return await perform(state, visit);
  } catch (thrown) {
    const event = abortedEvents[state.Type];
    // A Wait that ends with its execution leaves no event; one that ends with its sibling does.
    const isSilent = state.Type === 'Wait' && !(visit.signal.reason instanceof SiblingFailed);
    if (visit.signal.aborted && event !== undefined && !isSilent) {
      visit.thread.record(event);
    }
    visit.signal.throwIfAborted();
    throw thrown;
  }
}

function perform(state: State, visit: Visit): Promise<Step> {
  switch (state.Type) {
    case 'Pass':
      return performPass(state, visit);
    case 'Task':
      return performTask(state, visit);
    case 'Choice':
      return performChoice(state, visit);
    case 'Wait':
      return performWait(state, visit);
    case 'Succeed':
      return performSucceed(state, visit);
    case 'Fail':
      return performFail(state, visit);
    case 'Parallel':
      return performParallel(state, visit, walk);
    case 'Map':
      return performMap(state, visit, walk);
  }
}
