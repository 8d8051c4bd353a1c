import { AwsError } from '../../wire/aws-error.ts';

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];
const redriveFilters = ['REDRIVEN', 'NOT_REDRIVEN'];
const largestPage = 1000;

export type ListInput = {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
  readonly statusFilter?: string | undefined;
  readonly redriveFilter?: string | undefined;
};

/** The bounds of a list's request. `longestToken` is 3,096 for executions and 1,024 elsewhere. */
export function checkListInput(input: ListInput, longestToken = 1024): void {
  const { maxResults = 0, nextToken, statusFilter, redriveFilter } = input;
  const faults = [
    ...(maxResults > largestPage
      ? [fault(maxResults, 'maxResults', `have value less than or equal to ${largestPage}`)]
      : []),
    ...(maxResults < 0 ? [fault(maxResults, 'maxResults', 'have value greater than or equal to 0')] : []),
    ...(nextToken === '' ? [fault('', 'nextToken', 'have length greater than or equal to 1')] : []),
    ...((nextToken?.length ?? 0) > longestToken
      ? [fault(nextToken, 'nextToken', `have length less than or equal to ${longestToken}`)]
      : []),
    ...notOneOf(statusFilter, 'statusFilter', statuses),
    ...notOneOf(redriveFilter, 'redriveFilter', redriveFilters),
  ];
  if (faults.length > 0) {
    const plural = faults.length === 1 ? 'error' : 'errors';
    throw new AwsError('ValidationException', `${faults.length} validation ${plural} detected: ${faults.join('; ')}`);
  }
}

function notOneOf(value: string | undefined, member: string, values: readonly string[]): string[] {
  return value === undefined || values.includes(value)
    ? []
    : [fault(value, member, `satisfy enum value set: [${values.join(', ')}]`)];
}

const fault = (value: unknown, member: string, constraint: string): string =>
  `Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${constraint}`;
