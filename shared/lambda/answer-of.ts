import { coerceError } from '../errors.ts';
import { logger } from './define-task.ts';

/** What somebody answers; undefined, and a line in the log, when nobody does. */
export async function answerOf<T>(who: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    const { name: error, message } = coerceError(thrown);
    logger.warn(`${who} does not answer`, { error, message });
    return undefined;
  }
}
