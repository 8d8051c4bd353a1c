import type { Rds } from '../rds.ts';

/** Files that copies and restores read: these stay until the last one is done. */
export type ReadFiles = { readonly readers: Set<Promise<unknown>> };

/** Keeps files in place, even when what they belong to is deleted, until the returned function is called. */
export function keep({ readers }: ReadFiles): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  readers.add(promise);
  return () => {
    readers.delete(promise);
    resolve();
  };
}

export async function reading<T>(files: ReadFiles, work: () => Promise<T>): Promise<T> {
  const release = keep(files);
  return await work().finally(release);
}

export async function removeFiles(rds: Rds, files: ReadFiles & { readonly directory: string }): Promise<void> {
  while (files.readers.size > 0) await Promise.all(files.readers);
  await rds.engine.remove(files.directory);
}
