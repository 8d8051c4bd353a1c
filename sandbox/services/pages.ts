import { AwsError } from '../wire/aws-error.ts';

/** One page of a list; the token is the opaque position of the next item. */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  limit: number,
): { items: readonly T[]; next: string | undefined } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) {
    throw new AwsError('InvalidNextTokenException', 'The specified token is not valid.');
  }
  const end = start + limit;
  const next = end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined;
  return { items: items.slice(start, end), next };
}
