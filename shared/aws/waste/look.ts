import type { WasteFinding } from '../../contracts/waste.ts';
import { AccessDeniedError, AwsUnavailableError, CostDataUnavailableError, coerceError } from '../../errors.ts';

/** One look at a part of what is paid for; a part that cannot be read is named, and the others are reported all the same. */
export type WasteScan = {
  readonly part: string;
  readonly region: string;
  /** `miss` names what of this part cannot be read, where the rest of it is reported all the same. */
  read(miss: (part: string, error: unknown) => void): Promise<readonly WasteFinding[]>;
};

/** Asks at most once, and only if anybody wants the answer; all who do get the same one, or the same refusal. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** Its name where a part of AWS refuses, is not to be had or has nothing to report; a mistake of our own is none of these. */
export function refusalOf(error: unknown): string | undefined {
  const { name } = coerceError(error);
  const isFromAws =
    error instanceof AccessDeniedError ||
    error instanceof AwsUnavailableError ||
    error instanceof CostDataUnavailableError ||
    '$metadata' in coerceError(error);
  return isFromAws ? name : undefined;
}
