import type { MapState } from '../definition.ts';
import { runTogether } from '../inner-walks.ts';
import type { ChildOutcome, MapRun } from '../map-run.ts';
import { StatesError } from '../states-error.ts';
import type { Visit } from '../visit.ts';
import { type Batch, makeBatches } from './item-batches.ts';
import { readItems } from './item-reader.ts';
import { evaluateItems } from './map-items.ts';
import { writeResults } from './result-writer.ts';

const mostChildren = 10_000;

type Tolerance = { readonly count: number | undefined; readonly percentage: number | undefined };

/**
 * Every batch is an execution of its own. The state's result is what the ResultWriter answers, or else the outputs of
 * the children that succeeded, in item order.
 */
export async function runDistributed(state: MapState, visit: Visit): Promise<unknown> {
  const { frame, thread } = visit;
  const items =
    state.ItemReader === undefined ? await evaluateItems(state, visit) : await readItems(state.ItemReader, visit);
  const batches = await makeBatches(state, visit, items);
  const tolerance = await evaluateTolerance(state, visit);
  const maxConcurrency =
    state.MaxConcurrency === undefined
      ? 0
      : await visit.evaluateInteger(state.MaxConcurrency, 'MaxConcurrency', 0, mostChildren);
  thread.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const previous = visit.retryCount === 0 ? frame.mapRun : undefined;
  const mapRun = previous ?? {
    run: visit.run.mapRuns.open({
      label: state.Label ?? visit.name.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 40),
      processor: state.ItemProcessor,
      itemCount: items.length,
      maxConcurrency,
      toleratedFailureCount: tolerance.count,
      toleratedFailurePercentage: tolerance.percentage,
    }),
    outcomes: [],
  };
  frame.mapRun = mapRun;
  const { arn: mapRunArn } = mapRun.run;
  if (previous === undefined) {
    thread.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn } });
  } else {
    thread.record('MapRunRedriven', { mapRunRedrivenEventDetails: { mapRunArn, redriveCount: mapRun.run.redrive() } });
  }
  try {
    await runChildren(batches, maxConcurrency === 0 ? mostChildren : maxConcurrency, tolerance, visit, mapRun);
  } catch (thrown) {
    endFailed(visit, mapRun.run, thrown);
    throw thrown;
  }
  mapRun.run.finish('SUCCEEDED');
  thread.record('MapRunSucceeded');
  const outcomes = mapRun.outcomes.filter((outcome) => outcome !== undefined);
  try {
    const result =
      state.ResultWriter?.Arguments === undefined
        ? outcomes.filter((outcome) => outcome.status === 'SUCCEEDED').map((outcome) => outcome.output)
        : await writeResults(state.ResultWriter, visit, mapRun.run, outcomes);
    thread.record('MapStateSucceeded');
    return result;
  } catch (thrown) {
    visit.signal.throwIfAborted();
    thread.record('MapStateFailed');
    throw thrown;
  }
}

async function runChildren(
  batches: readonly Batch[],
  limit: number,
  tolerance: Tolerance,
  visit: Visit,
  mapRun: { readonly run: MapRun; readonly outcomes: (ChildOutcome | undefined)[] },
): Promise<void> {
  const total = batches.reduce((sum, batch) => sum + batch.itemCount, 0);
  let failed = 0;
  await runTogether(batches.length, limit, visit.signal, async (index, signal) => {
    const batch = batches[index];
    if (batch === undefined || mapRun.outcomes[index]?.status === 'SUCCEEDED') {
      return;
    }
    const outcome = await mapRun.run.runChild(index, batch.input, batch.itemCount, signal);
    mapRun.outcomes[index] = outcome;
    // A child that was stopped by hand does not count.
    if ((outcome.status === 'FAILED' || outcome.status === 'TIMED_OUT') && !signal.aborted) {
      failed += batch.itemCount;
      if (exceeds(failed, total, tolerance)) {
        throw new StatesError(
          'States.ExceedToleratedFailureThreshold',
          'The specified tolerated failure threshold was exceeded',
        );
      }
    }
  });
}

/** With neither threshold given no failure is tolerated; with both, exceeding either fails the state. */
function exceeds(failed: number, total: number, tolerance: Tolerance): boolean {
  if (tolerance.count === undefined && tolerance.percentage === undefined) {
    return failed > 0;
  }
  return (
    (tolerance.count !== undefined && failed > tolerance.count) ||
    (tolerance.percentage !== undefined && (failed / total) * 100 > tolerance.percentage)
  );
}

function endFailed(visit: Visit, mapRun: MapRun, thrown: unknown): void {
  if (visit.signal.aborted) {
    mapRun.finish('ABORTED');
    visit.thread.record('MapRunAborted');
    return;
  }
  mapRun.finish('FAILED');
  const details =
    thrown instanceof StatesError
      ? { error: thrown.error, ...(thrown.causeText === undefined ? {} : { cause: thrown.causeText }) }
      : {};
  visit.thread.record('MapRunFailed', { mapRunFailedEventDetails: details });
  visit.thread.record('MapStateFailed');
}

async function evaluateTolerance(state: MapState, visit: Visit): Promise<Tolerance> {
  const count = state.ToleratedFailureCount;
  const percentage = state.ToleratedFailurePercentage;
  return {
    count:
      count === undefined ? undefined : await visit.evaluateInteger(count, 'ToleratedFailureCount', 0, 100_000_000),
    percentage:
      percentage === undefined
        ? undefined
        : await visit.evaluateNumber(percentage, 'ToleratedFailurePercentage', 0, 100),
  };
}
