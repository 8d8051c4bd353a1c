import type * as client from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../wire/aws-error.ts';
import { isRecord } from './compile-pattern.ts';

const MOST_ENTRIES = 10;
const LARGEST_BYTES = 262_144;
/** AWS's reader takes no deeper JSON. */
const DEEPEST = 1000;

/** What AWS refuses of a whole PutEvents. */
export function checkEntries(entries: readonly client.PutEventsRequestEntry[]): void {
  if (entries.length === 0 || entries.length > MOST_ENTRIES) {
    const bound = entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ENTRIES}`;
    const shown = `[${entries.map(shownEntry).join(', ')}]`;
    const fault = `Value '${shown}' at 'entries' failed to satisfy constraint: Member must have length ${bound}`;
    throw new AwsError('ValidationException', `1 validation error detected: ${fault}`);
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > LARGEST_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
}

/** What AWS refuses of one entry, as its result. */
export function entryFault(entry: client.PutEventsRequestEntry): client.PutEventsResultEntry | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if ((entry[name] ?? '') === '') {
      const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
      return { ErrorCode: 'InvalidArgument', ErrorMessage };
    }
  }
  if (entry.Source?.startsWith('aws.') === true) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  return readDetail(entry.Detail ?? '') === undefined
    ? { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
    : undefined;
}

/** The detail, which is an object and nothing else. */
export function readDetail(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isRecord(detail) && !isDeeper(text) ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** Of text that is known to be JSON. */
export function isDeeper(json: string): boolean {
  let depth = 0;
  for (const [bracket] of json.replace(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function entryBytes({ Time, Source, DetailType, Detail, Resources = [] }: client.PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return (Time === undefined ? 0 : 14) + texts.reduce((sum, one) => sum + Buffer.byteLength(one ?? ''), 0);
}

function shownEntry({ Source, DetailType, Detail }: client.PutEventsRequestEntry): string {
  return `PutEventsRequestEntry(source=${Source}, detailType=${DetailType}, detail=${Detail})`;
}
