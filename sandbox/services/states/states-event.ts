import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Execution, ExecutionStatus } from '../../asl/execution.ts';

/** The `detail` of AWS's "Step Functions Execution Status Change" event; dates are epoch milliseconds there. */
export type StatusChange = {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate: number | null;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
};

export type StatesEvent =
  | { readonly kind: 'history'; readonly executionArn: string; readonly event: HistoryEvent }
  | { readonly kind: 'status'; readonly region: string; readonly time: Date; readonly detail: StatusChange };

export type StatesListener = (event: StatesEvent) => void;

export function statusChange(execution: Execution): StatusChange {
  const { options, status, startDate, stopDate, output, error, cause } = execution;
  return {
    executionArn: options.executionArn,
    stateMachineArn: options.stateMachineArn,
    name: options.name,
    status,
    startDate: startDate.getTime(),
    stopDate: stopDate?.getTime() ?? null,
    input: JSON.stringify(options.input),
    output: status === 'SUCCEEDED' ? JSON.stringify(output) : null,
    error: error ?? null,
    cause: cause ?? null,
  };
}
