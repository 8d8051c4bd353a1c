import { planChunks } from '../../domain/verification/chunks.ts';
import type { Relation } from './relations.ts';

/** A table below this is read in less time than a round trip and its transaction take. */
const smallTable = 1024 * 1024;
/** Read in one transaction: their ACCESS SHARE locks are held for some tens of milliseconds. */
const mostTables = 64;
const mostBytes = 8 * 1024 * 1024;

/** Milliseconds that a batch waits for a lock before each of its tables is read alone: nobody queues behind the others. */
export const batchLockTimeout = 100;

/** Pieces of work that go in one round trip: many small tables, or one chunk of a large one. In the given order. */
export function* batchesOf<Piece extends { readonly relation: Relation }>(work: Iterable<Piece>): Generator<Piece[]> {
  let batch: Piece[] = [];
  let bytes = 0;
  for (const piece of work) {
    const { relation } = piece;
    if (!isSmall(relation)) {
      yield [piece];
      continue;
    }
    if (batch.length >= mostTables || bytes + relation.bytes > mostBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(piece);
    bytes += relation.bytes;
  }
  if (batch.length > 0) yield batch;
}

const isSmall = ({ bytes }: Relation) => bytes < smallTable && planChunks(bytes).length === 1;

/** How far a step has come, by bytes. */
export function progressReported(
  relations: readonly Pick<Relation, 'bytes'>[],
  {
    onProgress,
  }: { onProgress(progress: { readonly step: string; readonly done: number; readonly total: number }): void },
) {
  const total = relations.reduce((sum, { bytes }) => sum + bytes, 0);
  return (step: string) => {
    let done = 0;
    return ({ bytes }: Relation) => {
      done = Math.min(total, done + Math.min(bytes, 128 * 1024 * 1024));
      onProgress({ step, done, total });
    };
  };
}
