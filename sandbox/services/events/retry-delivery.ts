import type { Clock } from '../../clock.ts';
import { AwsError } from '../../wire/aws-error.ts';

/** CloudFormation writes numbers as texts now and then. */
export type RetryPolicy = {
  readonly MaximumRetryAttempts?: number | string | undefined;
  readonly MaximumEventAgeInSeconds?: number | string | undefined;
};

/** EventBridge does not say how long it waits; it doubles, and adds a random part, which is left out here. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;
/** EventBridge's own, of a policy that leaves one of the two out. */
const MOST_ATTEMPTS = 185;
const LONGEST_AGE_SECONDS = 86_400;

/** What no repetition mends: such a delivery goes to the dead-letter queue at once. */
const isFinal = (error: unknown): boolean =>
  error instanceof AwsError &&
  /AccessDenied|NotAuthorized|DoesNotExist|ResourceNotFound|NotFound|InvalidArn|ValidationException|InvalidExecutionInput/.test(
    error.code,
  );

/**
 * Carries an event to its target, and again by the target's policy. Resolves after the first attempt: whoever has put the event on
 * the bus does not wait for what comes later. Without a policy there is one attempt; AWS would make 185 in a day.
 */
export async function withRetries(
  attempt: () => Promise<void>,
  policy: RetryPolicy | undefined,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  give: (error: unknown) => void,
): Promise<void> {
  const first = await failureOf(attempt);
  if (first === undefined) return;
  const attempts = policy === undefined ? 0 : Number(policy.MaximumRetryAttempts ?? MOST_ATTEMPTS);
  const age = Number(policy?.MaximumEventAgeInSeconds ?? LONGEST_AGE_SECONDS) * 1000;
  const goOn = async (): Promise<void> => {
    let [failure, waited, pause]: [unknown, number, number] = [first.error, 0, FIRST_PAUSE_MS];
    for (let count = 0; count < attempts && waited + pause <= age && !isFinal(failure); count += 1) {
      await clock.wait(pause, signal);
      waited += pause;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      const again = await failureOf(attempt);
      if (again === undefined) return;
      failure = again.error;
    }
    give(failure);
  };
  if (attempts === 0 || isFinal(first.error)) {
    give(first.error);
    return;
  }
  // It rejects when the sandbox stops, and for nothing else.
  goOn().catch(() => {});
}

async function failureOf(attempt: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return { error };
  }
}
