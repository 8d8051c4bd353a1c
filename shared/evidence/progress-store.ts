import { gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { ObjectStore } from '../aws/s3/object-store.ts';
import { ProgressMissingError } from '../errors.ts';

/** What the calls of one long task leave to one another: part n is what the n-th call did not come to finish. */
export type ProgressStore<T> = {
  /** Whether that call has said what it left: asked again, it is not made again. */
  has(part: number): Promise<boolean>;
  /** What the call before `part` has left; undefined for the first. Throws ProgressMissingError. */
  before(part: number): Promise<T | undefined>;
  put(part: number, progress: T): Promise<void>;
};

export function makeProgressStore<Schema extends z.core.$ZodType>(
  store: Pick<ObjectStore, 'exists' | 'openGzipLines' | 'put'>,
  prefix: string,
  schema: Schema,
): ProgressStore<z.output<Schema>> {
  const keyOf = (part: number) => `${prefix}.part-${part}.json.gz`;
  return {
    has: (part) => store.exists(keyOf(part)),
    async before(part) {
      if (part === 1) return undefined;
      const key = keyOf(part - 1);
      for await (const line of (await store.openGzipLines(key)) ?? []) return z.parse(schema, JSON.parse(line));
      throw new ProgressMissingError(`progress '${key}' is not in the evidence bucket`, {
        hints: ['Was the object removed while the execution ran?'],
      });
    },
    put: (part, progress) => store.put(keyOf(part), gzipSync(JSON.stringify(progress)), 'application/gzip'),
  };
}
