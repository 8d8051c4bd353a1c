import type { DescribeExecutionOutput, ExecutionListItem } from '@aws-sdk/client-sfn';
import { type ExecutionRecord, notRedrivable } from './execution-store.ts';

export function listItem({ execution, mapRun }: ExecutionRecord): ExecutionListItem {
  const { options, status, startDate, stopDate, redriveCount, redriveDate } = execution;
  const itemCount = mapRun?.children.find((child) => child.execution === execution)?.itemCount;
  return {
    executionArn: options.executionArn,
    stateMachineArn:
      mapRun === undefined ? options.stateMachineArn : `${options.stateMachineArn}/${mapRun.request.label}`,
    name: options.name,
    status,
    startDate,
    redriveCount,
    ...(stopDate === undefined ? {} : { stopDate }),
    ...(mapRun === undefined ? {} : { mapRunArn: mapRun.arn }),
    ...(itemCount === undefined ? {} : { itemCount }),
    ...(redriveDate === undefined ? {} : { redriveDate }),
  };
}

export function describeExecution(record: ExecutionRecord): DescribeExecutionOutput {
  const { execution, mapRun } = record;
  const { options, status, output, error, cause } = execution;
  const { itemCount: _itemCount, ...item } = listItem(record);
  const reason = notRedrivable(execution, mapRun !== undefined);
  return {
    ...item,
    input: JSON.stringify(options.input),
    inputDetails: { included: true },
    ...(status === 'SUCCEEDED' ? { output: JSON.stringify(output), outputDetails: { included: true } } : {}),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveStatus: redriveStatus(reason, mapRun !== undefined),
    ...(reason === undefined ? {} : { redriveStatusReason: reason }),
  };
}

function redriveStatus(
  reason: string | undefined,
  isChild: boolean,
): 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN' {
  if (isChild) {
    return 'REDRIVABLE_BY_MAP_RUN';
  }
  return reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE';
}
