import { captureLog } from '../shared/lambda/capture-log.ts';

/** What a task answers, without its lines in the log. */
export const quietly = async <T>(work: () => Promise<T>): Promise<T> => (await captureLog(work)).result;

/** A Lambda that has a minute left. */
export const aMinute = { remainingTime: () => 60_000, progress: () => {} };
