import type { MapState } from '../definition.ts';
import { makeFrame } from '../frame.ts';
import { runTogether } from '../inner-walks.ts';
import type { Visit } from '../visit.ts';
import type { Walk } from '../walk-block.ts';
import { evaluateItems, selectItem } from './map-items.ts';

/** AWS runs at most so many inline iterations at a time, and takes 0 as "as many as possible". */
const mostInlineIterations = 40;

export async function runInline(state: MapState, visit: Visit, walk: Walk): Promise<unknown[]> {
  const { frame, thread, run } = visit;
  const items = await evaluateItems(state, visit);
  const asked =
    state.MaxConcurrency === undefined
      ? 0
      : await visit.evaluateInteger(state.MaxConcurrency, 'MaxConcurrency', 0, 1_000_000);
  const limit = asked === 0 ? mostInlineIterations : Math.min(asked, mostInlineIterations);
  const frames = (visit.retryCount === 0 ? frame.children : undefined) ?? items.map(() => undefined);
  frame.children = frames;
  thread.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const start = thread.fork();
  const results: unknown[] = [];
  try {
    await runTogether(items.length, limit, visit.signal, async (index, signal) => {
      const item = items[index];
      if (item === undefined) {
        return;
      }
      const iteration = start.fork();
      const mapIteration = { name: visit.name, index };
      const done = frames[index]?.output;
      if (done !== undefined) {
        results[index] = done.value;
        return;
      }
      iteration.record('MapIterationStarted', { mapIterationStartedEventDetails: mapIteration });
      try {
        const inner =
          frames[index] ?? makeFrame(state.ItemProcessor.StartAt, await selectItem(state, visit, item), frame.scope);
        frames[index] = inner;
        results[index] = await walk(state.ItemProcessor, inner, run, iteration, signal, item);
      } catch (thrown) {
        if (signal.aborted) {
          iteration.record('MapIterationAborted', { mapIterationAbortedEventDetails: mapIteration });
        } else {
          iteration.record('MapIterationFailed', { mapIterationFailedEventDetails: mapIteration });
        }
        throw thrown;
      }
      iteration.record('MapIterationSucceeded', { mapIterationSucceededEventDetails: mapIteration });
      thread.previous = iteration.previous;
    });
  } catch (thrown) {
    visit.signal.throwIfAborted();
    thread.record('MapStateFailed');
    throw thrown;
  }
  thread.record('MapStateSucceeded');
  return results;
}
