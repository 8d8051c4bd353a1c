import { gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { ObjectStore } from '../aws/s3/object-store.ts';
import { sha256Of } from '../aws/sha256.ts';
import type { Digests } from '../contracts/stored-object.ts';
import { ProgressMissingError } from '../errors.ts';

/**
 * What the calls of one long task leave to one another: part n is what the n-th call did not come to finish. An object is
 * named after its content, so that a call that is believed to be dead writes over nothing; the state machine keeps which
 * one counts.
 */
export type ProgressStore<T> = {
  /** What that call has left when it has: asked again, it is not made again. */
  find(part: number): Promise<Digests | undefined>;
  /** What the call before `part` has left; undefined for the first. Throws ProgressMissingError, ObjectChangedError. */
  before(part: number, digests: Digests): Promise<T | undefined>;
  put(part: number, progress: T): Promise<Digests>;
};

export function makeProgressStore<Schema extends z.core.$ZodType>(
  store: Pick<ObjectStore, 'digestOf' | 'listKeys' | 'openGzipLines' | 'putNew'>,
  prefix: string,
  schema: Schema,
): ProgressStore<z.output<Schema>> {
  const beginOf = (part: number) => `${prefix}.part-${part}.`;
  return {
    async find(part) {
      const [key] = await store.listKeys(beginOf(part));
      const sha256 = key === undefined ? undefined : await store.digestOf(key);
      return key === undefined || sha256 === undefined ? undefined : { [key]: sha256 };
    },
    async before(part, digests) {
      if (part === 1) return undefined;
      const [key, sha256] = Object.entries(digests).find(([key]) => key.startsWith(beginOf(part - 1))) ?? [];
      const lines = key === undefined ? undefined : await store.openGzipLines(key, sha256);
      if (lines === undefined) {
        throw new ProgressMissingError(`progress '${key ?? beginOf(part - 1)}' is not in the evidence bucket`, {
          hints: ['Was the object removed while the execution ran?'],
        });
      }
      // To its end, where the digest is compared.
      let text = '';
      for await (const line of lines) text += line;
      return z.parse(schema, JSON.parse(text));
    },
    async put(part, progress) {
      const body = gzipSync(JSON.stringify(progress));
      const sha256 = sha256Of(body);
      const key = `${beginOf(part)}${sha256.slice(0, 16)}.json.gz`;
      await store.putNew(key, body, 'application/gzip');
      return { [key]: sha256 };
    },
  };
}
