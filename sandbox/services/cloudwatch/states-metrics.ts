import type { StatesEvent } from '../states/states-event.ts';
import type { MetricStore } from './metric-store.ts';

const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Publishes the metrics of Step Functions, namespace AWS/States, by state machine. */
export function publishStatesMetrics(metrics: MetricStore): (event: StatesEvent) => void {
  return (event) => {
    if (event.kind !== 'status') return;
    const { status, stateMachineArn, startDate, stopDate } = event.detail;
    const put = (name: string, value: number, unit: string) =>
      metrics.put(event.region, {
        namespace: 'AWS/States',
        name,
        dimensions: { StateMachineArn: stateMachineArn },
        at: event.time,
        unit,
        values: [{ value, count: 1 }],
      });
    if (status === 'RUNNING') put('ExecutionsStarted', 1, 'Count');
    const ended = ENDS[status];
    if (ended === undefined) return;
    // All of them at each end, so that a sum is 0 and not missing when another way of ending was taken.
    for (const name of Object.values(ENDS)) put(name, name === ended ? 1 : 0, 'Count');
    put('ExecutionTime', (stopDate ?? startDate) - startDate, 'Milliseconds');
  };
}
