import type { ParallelState } from '../definition.ts';
import { makeFrame } from '../frame.ts';
import { runTogether } from '../inner-walks.ts';
import { withRetryAndCatch } from '../retry-catch.ts';
import { conclude, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';
import type { Walk } from '../walk-block.ts';

export async function performParallel(state: ParallelState, visit: Visit, walk: Walk): Promise<Step> {
  let branchFailed = false;
  const attempt = async () => {
    const input = state.Arguments === undefined ? visit.input : await visit.evaluate(state.Arguments, 'Arguments');
    branchFailed = true;
    const result = await runBranches(state, visit, walk, input);
    branchFailed = false;
    return await conclude(visit, state, '', { result }, result, state.Next);
  };
  // A state that is attempted once more has not failed: AWS reports the next start and nothing before it.
  return await withRetryAndCatch(state, visit, attempt, () => {
    if (branchFailed) visit.thread.record('ParallelStateFailed');
  });
}

/** A redriven state still has the frames of its branches; a retried one starts them all again. */
async function runBranches(state: ParallelState, visit: Visit, walk: Walk, input: unknown): Promise<unknown[]> {
  const { frame, thread } = visit;
  const frames =
    (visit.retryCount === 0 ? frame.children : undefined) ??
    state.Branches.map((branch) => makeFrame(branch.StartAt, input, frame.scope));
  frame.children = frames;
  thread.record('ParallelStateStarted');
  const start = thread.fork();
  const results: unknown[] = [];
  await runTogether(state.Branches.length, state.Branches.length, visit.signal, async (index, signal) => {
    const branch = state.Branches[index];
    const branchFrame = frames[index];
    if (branch === undefined || branchFrame === undefined) {
      return;
    }
    const branchThread = start.fork();
    try {
      results[index] = await walk(branch, branchFrame, visit.run, branchThread, signal, visit.item);
    } catch (thrown) {
      // A task whose failure ends its branch is aborted after it failed.
      if (!signal.aborted && branch.States[branchFrame.state]?.Type === 'Task') {
        branchThread.record('TaskStateAborted');
      }
      throw thrown;
    }
    thread.previous = branchThread.previous;
  });
  thread.record('ParallelStateSucceeded');
  return results;
}
