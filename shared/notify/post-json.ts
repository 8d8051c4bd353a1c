import { setTimeout as pause } from 'node:timers/promises';
import { receiverDeadline, receiverPauses } from '../deadlines.ts';
import { InvalidInputError, ReceiverUnavailableError } from '../errors.ts';

export type PostJson = (receiver: string, url: string, body: object) => Promise<void>;

/** An address is https, or on this computer. It may hold a secret: no error and no log reports it. */
function readAddress(receiver: string, url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol === 'https:') return address;
  if (address?.protocol === 'http:' && address.hostname === '127.0.0.1') return address;
  throw new InvalidInputError(`the address of ${receiver} is no https URL`, {
    hints: ["Compare the receiver's secret in Secrets Manager with docs/runbooks/notifications.md."],
  });
}

/**
 * Sends JSON to a receiver: tried again while it may be busy or gone, at most once for each pause; what it refuses is
 * not tried again.
 */
export function makePostJson({ deadline = receiverDeadline, pauses = receiverPauses } = {}): PostJson {
  return async (receiver, url, body) => {
    const address = readAddress(receiver, url);
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    let observed = '';
    let isRefused = false;
    for (const wait of [0, ...pauses]) {
      if (wait > 0) await pause(wait);
      try {
        const signal = AbortSignal.timeout(deadline);
        const response = await fetch(address, { ...request, signal, redirect: 'manual' });
        await response.body?.cancel();
        if (response.ok) return;
        observed = `answered ${response.status}`;
        isRefused = response.status < 500;
        if (response.status < 500 && response.status !== 429 && response.status !== 408) break;
      } catch (error) {
        isRefused = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(
          String((error as { cause?: { code?: unknown } }).cause?.code),
        );
        observed = error instanceof Error && error.name === 'TimeoutError' ? 'did not answer' : 'could not be reached';
      }
    }
    throw new ReceiverUnavailableError(`${receiver} ${observed}`, {
      isRefused,
      hints: ['Look at the status page of the receiver, and at its secret in Secrets Manager.'],
    });
  };
}
