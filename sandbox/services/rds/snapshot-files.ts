import type { Rds, Snapshot } from './model.ts';

/** Keeps the files of a snapshot in place while they are read, even when the snapshot is deleted meanwhile. */
export async function reading<T>(snapshot: Snapshot, work: () => Promise<T>): Promise<T> {
  const read = work();
  const settled = read.then(
    () => {},
    () => {},
  );
  snapshot.readers.add(settled);
  try {
    return await read;
  } finally {
    snapshot.readers.delete(settled);
  }
}

export async function removeFiles(rds: Rds, snapshot: Snapshot): Promise<void> {
  while (snapshot.readers.size > 0) await Promise.all(snapshot.readers);
  await rds.engine.remove(snapshot.directory);
}
