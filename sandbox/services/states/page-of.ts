import { AwsError } from '../../wire/aws-error.ts';
import { page } from '../pages.ts';

const largestPage = 1000;
const usualPage = 100;

/** A page as Step Functions gives it: up to 1,000 items, 100 unless asked, and an InvalidToken of its own. */
export function pageOf<T>(
  items: readonly T[],
  nextToken: string | undefined,
  maxResults: number | undefined,
): { items: readonly T[]; nextToken?: string } {
  const limit = maxResults === undefined || maxResults === 0 ? usualPage : Math.min(maxResults, largestPage);
  try {
    const { items: some, next } = page(items, nextToken, limit);
    return { items: some, ...(next === undefined ? {} : { nextToken: next }) };
  } catch {
    throw new AwsError('InvalidToken', `Invalid Token: '${nextToken}'`);
  }
}
