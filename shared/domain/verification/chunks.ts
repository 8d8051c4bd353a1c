/** PostgreSQL's block size; RDS does not change it. */
export const blockBytes = 8192;

/** 128 MB: half a second of hashing on a cached table, small enough to balance connections. */
export const chunkBlocks = 16384;

/** Ranges of heap blocks that cover a table; the last is open-ended, because the table may grow while it is read. */
export type BlockRange = { readonly firstBlock: number; readonly endBlock: number | null };

export function planChunks(bytes: number, blocksPerChunk = chunkBlocks): BlockRange[] {
  const blocks = Math.ceil(bytes / blockBytes);
  const count = Math.max(1, Math.ceil(blocks / blocksPerChunk));
  return Array.from({ length: count }, (_, index) => ({
    firstBlock: index * blocksPerChunk,
    endBlock: index === count - 1 ? null : (index + 1) * blocksPerChunk,
  }));
}

/** The heap block of a ctid in text form, `(block,line)`. */
export function blockOf(ctid: string): number {
  return Number.parseInt(ctid.slice(1), 10);
}
