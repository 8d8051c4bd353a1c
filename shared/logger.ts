import { Logger } from '@aws-lambda-powertools/logger';

/** Structured, one line an event. Values of keys that may hold a secret are masked wherever they stand. */
export const logger = new Logger({
  serviceName: 'pg-gameday',
  jsonReplacerFn: (key, value: unknown) =>
    /password|secret(?!Arn)|token|authorization/i.test(key) && value !== undefined ? '***' : value,
});
