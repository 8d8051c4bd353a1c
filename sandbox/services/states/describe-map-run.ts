import type { DescribeMapRunOutput, MapRunExecutionCounts, MapRunListItem } from '@aws-sdk/client-sfn';
import type { LocalMapRun } from '../../asl/local-map-runs.ts';

export function mapRunListItem(mapRun: LocalMapRun, executionArn: string): MapRunListItem {
  return {
    executionArn,
    mapRunArn: mapRun.arn,
    stateMachineArn: `${mapRun.parent.stateMachineArn}/${mapRun.request.label}`,
    startDate: mapRun.startDate,
    ...(mapRun.stopDate === undefined ? {} : { stopDate: mapRun.stopDate }),
  };
}

export function describeMapRun(mapRun: LocalMapRun, executionArn: string): DescribeMapRunOutput {
  const { request, children } = mapRun;
  const started = children.reduce((sum, child) => sum + child.itemCount, 0);
  return {
    mapRunArn: mapRun.arn,
    executionArn,
    status: mapRun.status,
    startDate: mapRun.startDate,
    ...(mapRun.stopDate === undefined ? {} : { stopDate: mapRun.stopDate }),
    maxConcurrency: request.maxConcurrency,
    toleratedFailureCount: request.toleratedFailureCount ?? 0,
    toleratedFailurePercentage: request.toleratedFailurePercentage ?? 0,
    itemCounts: count(mapRun, (child) => child.itemCount, request.itemCount - started),
    executionCounts: count(mapRun, () => 1, 0),
    redriveCount: mapRun.redriveCount,
    ...(mapRun.redriveDate === undefined ? {} : { redriveDate: mapRun.redriveDate }),
  };
}

type Child = LocalMapRun['children'][number];

function count(mapRun: LocalMapRun, weight: (child: Child) => number, pending: number): MapRunExecutionCounts {
  const sum = (status?: Child['execution']['status']) =>
    mapRun.children
      .filter((child) => status === undefined || child.execution.status === status)
      .reduce((total, child) => total + weight(child), 0);
  return {
    pending,
    running: sum('RUNNING'),
    succeeded: sum('SUCCEEDED'),
    failed: sum('FAILED'),
    timedOut: sum('TIMED_OUT'),
    aborted: sum('ABORTED'),
    total: sum() + pending,
    // AWS counts what the run has collected, whether or not a ResultWriter writes it to S3.
    resultsWritten: sum('SUCCEEDED') + sum('FAILED') + sum('TIMED_OUT'),
  };
}
