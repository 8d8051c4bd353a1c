import { answerDeadline } from '../deadlines.ts';
import { ReceiverUnavailableError } from '../errors.ts';

/** A link of a message that leads to our page; nothing else that a message may hold is opened. */
export const linkIn = (message: string, answerUrl: string): string | undefined =>
  [...message.matchAll(/https?:\/\/\S+/g)]
    .map(([url]) => url)
    .find((url) => url.startsWith(`${new URL('answer', answerUrl).href}?`));

/**
 * Answers the statuses of the page; none of a message without a link, which asks nothing. What is acknowledged already is answered by 409:
 * somebody was faster. Throws ReceiverUnavailableError.
 */
export const pressButton =
  (answerUrl: string, post: typeof fetch = fetch) =>
  async (message: string): Promise<number[]> => {
    const link = linkIn(message, answerUrl);
    if (link === undefined) return [];
    const signal = AbortSignal.timeout(answerDeadline);
    const response = await post(link, { method: 'POST', signal, redirect: 'manual' }).catch(() => {
      throw new ReceiverUnavailableError('the page of the incident could not be reached');
    });
    await response.body?.cancel();
    if (response.status !== 200 && response.status !== 409)
      throw new ReceiverUnavailableError(`the page of the incident answered ${response.status}`);
    return [response.status];
  };
