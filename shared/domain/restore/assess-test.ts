import type { Verdict } from '../../contracts/backup-and-verify.ts';
import type { Failure } from '../../contracts/common.ts';
import type { NotTried, TriedPath } from '../../contracts/restore-test.ts';

export const isProvenBy = (verdict: Verdict): boolean => verdict === 'exact' || verdict === 'bounded';

export type AssessedTest = {
  readonly isProven: boolean;
  readonly verdict: Verdict;
  readonly severity: 'P1' | 'P2' | 'P4';
  readonly summary: string;
};

/** What is not tried without anything being wrong. */
const isFine = ({ kind }: NotTried): boolean => kind === 'not set up' || kind === 'not built' || kind === 'not asked';

/**
 * What a test as a whole came to. It is proven when a path was tried, each that was tried is proven and has left nothing
 * behind, and none that should have been tried was not.
 */
export function assessTest(
  tried: readonly TriedPath[],
  notTried: readonly NotTried[],
  failure: Failure | null,
): AssessedTest {
  const proven = tried.filter(({ verdict }) => isProvenBy(verdict));
  const failed = tried.filter(({ verdict }) => !isProvenBy(verdict));
  const missing = notTried.filter((one) => !isFine(one));
  const slow = proven.filter(({ isInTime }) => isInTime === false);
  const isProven = failure === null && tried.length > 0 && failed.length === 0 && missing.length === 0;
  const verdict = !isProven ? 'failed' : tried.every((one) => one.verdict === 'exact') ? 'exact' : 'bounded';
  // Each night's backup is proven by itself: what only kept a rehearsal from its end is for today, and not for the middle of a night.
  const isUrgent = failed.some(({ blame }) => blame === null || blame.blamed === 'the backup');
  return {
    isProven,
    verdict,
    severity: isUrgent ? 'P1' : isProven && slow.length === 0 ? 'P4' : 'P2',
    summary: [
      tried.length === 0 ? 'no path was tried' : `${proven.length} of ${tried.length} paths that were tried are proven`,
      ...listed(
        'not proven',
        failed.map(({ path, summary }) => `${path} (${firstLine(summary)})`),
      ),
      ...listed(
        'slower than their target',
        slow.map(({ path }) => path),
      ),
      ...listed(
        'should have been tried',
        missing.map(({ path, reason }) => `${path} (${firstLine(reason)})`),
      ),
      ...listed(
        'not tried',
        notTried.filter(isFine).map(({ path, kind }) => `${path} (${kind})`),
      ),
      ...(failure === null ? [] : [`the test failed in ${failure.state}: ${failure.error}`]),
    ].join('; '),
  };
}

const listed = (what: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 300) ?? '';
