import type { GetExecutionHistoryInput, GetExecutionHistoryOutput, HistoryEvent } from '@aws-sdk/client-sfn';
import type { Execution } from '../../asl/execution.ts';
import { pageOf } from './page-of.ts';

const payloadFields = new Set(['input', 'output', 'parameters', 'assignedVariables']);

export function executionHistory(execution: Execution, request: GetExecutionHistoryInput): GetExecutionHistoryOutput {
  const ordered = request.reverseOrder === true ? execution.events.toReversed() : execution.events;
  const { items, ...next } = pageOf(ordered, request.nextToken, request.maxResults);
  const events = request.includeExecutionData === false ? items.map(withoutData) : [...items];
  return { events, ...next };
}

/** The event without its payloads: what `includeExecutionData: false` asks for. */
function withoutData(event: HistoryEvent): HistoryEvent {
  const entries = Object.entries(event).map(([key, details]): [string, unknown] => [
    key,
    key.endsWith('EventDetails') && typeof details === 'object' && details !== null
      ? Object.fromEntries(Object.entries(details).filter(([field]) => !payloadFields.has(field)))
      : details,
  ]);
  return { ...event, ...Object.fromEntries(entries) };
}
