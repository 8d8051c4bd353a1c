import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The bytes of an object: in memory while they are few, else in a file under the sandbox's data directory. */
export type StoredBody = {
  readonly size: number;
  bytes(): Promise<Uint8Array>;
  /** `end` is inclusive, as in a Range header. */
  stream(start: number, end: number): Readable | Uint8Array;
  remove(): Promise<void>;
};

const IN_MEMORY_BYTES = 1_048_576;

export async function storeBody(directory: string, body: Uint8Array): Promise<StoredBody> {
  if (body.byteLength <= IN_MEMORY_BYTES) {
    const copy = Uint8Array.from(body);
    return {
      size: copy.byteLength,
      bytes: async () => copy,
      stream: (start, end) => copy.subarray(start, end + 1),
      remove: async () => {},
    };
  }
  await mkdir(directory, { recursive: true });
  const path = join(directory, randomUUID());
  await writeFile(path, body);
  return {
    size: body.byteLength,
    bytes: () => readFile(path),
    stream: (start, end) => createReadStream(path, { start, end }),
    remove: () => rm(path, { force: true }),
  };
}
