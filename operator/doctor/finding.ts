/** One answer of the doctor. */
export type Finding = {
  /** What was asked, as a statement that should be true. */
  readonly check: string;
  /** The instance, database, bucket … that it is about. */
  readonly subject: string;
  /** `advice`: the system works without it. `unseen`: nobody could look. */
  readonly status: 'sound' | 'missing' | 'advice' | 'unseen';
  readonly observed: string;
  /** What to do; of everything that is not sound. */
  readonly remedy: string;
};

type Answer = { readonly holds: boolean; readonly observed: string; readonly remedy: string };

export const must = (check: string, subject: string, { holds, observed, remedy }: Answer): Finding => ({
  check,
  subject,
  status: holds ? 'sound' : 'missing',
  observed,
  remedy: holds ? '' : remedy,
});

export const should = (check: string, subject: string, answer: Answer): Finding => {
  const finding = must(check, subject, answer);
  return finding.status === 'missing' ? { ...finding, status: 'advice' } : finding;
};

export const unseen = (check: string, subject: string, reason: string): Finding => ({
  check,
  subject,
  status: 'unseen',
  observed: reason,
  remedy: 'Run the doctor as somebody who may read this, and again.',
});
