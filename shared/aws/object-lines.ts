import { createGunzip } from 'node:zlib';
import { coerceError, ObjectChangedError } from '../errors.ts';
import type { ObjectBody } from './object-body.ts';

/** The lines of an object. Ending them before the last one closes its connection. */
export type ObjectLines = AsyncIterableIterator<string>;

/**
 * The lines of a gzip object, one at a time. With `sha256` they come to their end only when the object's bytes are the
 * expected ones: who trusts a line must have seen the last.
 */
export function linesOf(what: string, body: ObjectBody, sha256: string | undefined): ObjectLines {
  const text = createGunzip();
  body.on('error', (error) => text.destroy(error));
  body.pipe(text);
  const close = () => {
    body.destroy();
    text.destroy();
  };
  async function* read(): AsyncGenerator<string> {
    let parts: string[] = [];
    try {
      for await (const chunk of text.setEncoding('utf8') as AsyncIterable<string>) {
        const [first = '', ...rest] = chunk.split('\n');
        parts.push(first);
        for (const next of rest) {
          yield parts.join('');
          parts = [next];
        }
      }
      const last = parts.join('');
      if (last !== '') yield last;
    } catch (thrown) {
      const cause = coerceError(thrown);
      const { code = '' } = cause as { code?: string };
      if (sha256 !== undefined && code.startsWith('Z_')) throw changed(what, cause.message, sha256, cause);
      throw cause;
    } finally {
      close();
    }
    requireDigest(what, body.digest(), sha256);
  }
  const lines = read();
  return {
    next: () => lines.next(),
    async return() {
      close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Throws ObjectChangedError when an object is not the expected one. */
export function requireDigest(what: string, observed: string, expected: string | undefined): void {
  if (expected !== undefined && observed !== expected) throw changed(what, observed, expected);
}

const changed = (what: string, observed: string, expected: string, cause?: Error) =>
  new ObjectChangedError(`${what} was changed after it was stored: SHA-256 is ${observed}, expected ${expected}`, {
    hints: [
      'Somebody wrote to the evidence bucket: what it says of this run proves nothing. Look for the call in CloudTrail.',
      'The bucket keeps what was overwritten as an older version.',
    ],
    ...(cause === undefined ? {} : { cause }),
  });
