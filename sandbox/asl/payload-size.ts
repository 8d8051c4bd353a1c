import { ResultTooLarge, StatesError } from './states-error.ts';

/** The quota of a state's or an execution's input and output: 256 KiB of UTF-8 JSON. */
export const largestPayload = 262_144;

export function exceedsPayload(value: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(value) ?? '') > largestPayload;
}

export function requirePayloadSize(value: unknown, stateName: string): void {
  if (exceedsPayload(value)) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The state/task '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
}

/** As `requirePayloadSize`, of what a task gives: AWS names the kind of task, not the state. */
export function requireResultSize(result: unknown, resourceType: string): void {
  if (exceedsPayload(result)) {
    throw new ResultTooLarge(resourceType);
  }
}
