import { undefinedWhen } from '../../shared/aws/call.ts';
import { coerceError } from '../../shared/errors.ts';
import type { Collected } from './facts.ts';

/** Looks, and says why not when it cannot: a call that is not allowed hides one fact, not all. */
export async function look<T>(what: string, ask: () => Promise<T>): Promise<Collected<T>> {
  try {
    return { seen: true, value: await ask() };
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    return { seen: false, reason: `could not ${what}: ${name}: ${message.split('\n')[0]}` };
  }
}

/** Undefined when AWS says by one of these names that there is no such thing. */
export const ifPresent = <T>(ask: Promise<T>, ...absent: string[]): Promise<T | undefined> =>
  ask.catch(undefinedWhen(...absent));
