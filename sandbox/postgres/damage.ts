import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';

/**
 * Faults for tests, on the files of a stopped server or of a snapshot. Without data checksums the server reads the
 * damaged page without complaint, which is what a proof of a backup must find. Damage a snapshot only in pages that
 * nobody wrote while it was taken: the others come back whole from the log.
 */

const pageSize = 8192;
const pagesPerFile = 131_072;

export type Damage = { readonly file: string; readonly offset: number; readonly what: string };

/** The page or item that was asked for is not there, so nothing would have been damaged. */
export class NothingToDamageError extends Error {
  override readonly name = 'NothingToDamageError';
}

/** The file of a table or index, relative to the data directory; the same in a snapshot unless it was rewritten. */
export async function relationFile(client: pg.Client | pg.Pool, relation: string): Promise<string> {
  const sql = 'select pg_relation_filepath($1::regclass) as file';
  const { rows } = await client.query<{ file: string | null }>(sql, [relation]);
  const file = rows[0]?.file;
  if (file == null) throw new NothingToDamageError(`relation '${relation}' has no file`);
  return file;
}

/** Inverts one bit in the last value of a row that is visible; the row stays readable. */
export async function flipBitInRow(dataDirectory: string, relation: string, page = 0): Promise<Damage> {
  return withPage(dataDirectory, relation, page, async (bytes, at) => {
    const row = itemsOf(bytes).find(isUntouchedRow);
    if (row === undefined) throw nothing('row', relation, page);
    return at(row.offset + row.length - 1, flipped(bytes, row.offset + row.length - 1));
  });
}

/**
 * Inverts one bit in an entry of a B-tree's leaf page: in the lowest bit of the key's first byte, or of the number
 * of the row that the entry points to. Choose `pointer` for keys of variable length.
 */
export async function flipBitInIndex(
  dataDirectory: string,
  relation: string,
  where: 'key' | 'pointer' = 'pointer',
  page?: number,
): Promise<Damage> {
  const wanted = page ?? (await firstLeaf(dataDirectory, relation));
  return withPage(dataDirectory, relation, wanted, async (bytes, at) => {
    // The first item may be the page's upper bound; an entry with the flag 0x2000 lists several rows.
    const entry = itemsOf(bytes)
      .slice(1)
      .find(({ offset, bytes: page }) => (page.readUInt16LE(offset + 6) & 0x2000) === 0);
    if (entry === undefined) throw nothing('index entry', relation, wanted);
    const position = entry.offset + (where === 'key' ? 8 : 4);
    return at(position, flipped(bytes, position));
  });
}

export async function zeroPage(dataDirectory: string, relation: string, page = 0): Promise<Damage> {
  return withPage(dataDirectory, relation, page, async (_, at) => at(0, Buffer.alloc(pageSize)));
}

export async function truncateLastPage(dataDirectory: string, relation: string): Promise<Damage> {
  const file = path.join(dataDirectory, relation);
  const { size } = await stat(file);
  if (size < pageSize) throw nothing('page', relation, 0);
  const handle = await open(file, 'r+');
  try {
    await handle.truncate(size - pageSize);
  } finally {
    await handle.close();
  }
  return { file, offset: size - pageSize, what: 'page cut off' };
}

type Change = (position: number, replacement: Buffer) => Promise<Damage>;

async function withPage(
  dataDirectory: string,
  relation: string,
  page: number,
  work: (bytes: Buffer, at: Change) => Promise<Damage>,
): Promise<Damage> {
  const part = Math.floor(page / pagesPerFile);
  const file = path.join(dataDirectory, part === 0 ? relation : `${relation}.${part}`);
  const start = (page % pagesPerFile) * pageSize;
  const handle = await open(file, 'r+');
  try {
    const bytes = await readPage(handle, start);
    if (bytes === undefined) throw nothing('page', relation, page);
    return await work(bytes, async (position, replacement) => {
      await handle.write(replacement, 0, replacement.length, start + position);
      return { file, offset: start + position, what: `${replacement.length} bytes changed` };
    });
  } finally {
    await handle.close();
  }
}

async function readPage(handle: FileHandle, start: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(pageSize);
  const { bytesRead } = await handle.read(bytes, 0, pageSize, start);
  return bytesRead === pageSize ? bytes : undefined;
}

function flipped(bytes: Buffer, position: number): Buffer {
  return Buffer.from([bytes.readUInt8(position) ^ 1]);
}

type Item = { readonly offset: number; readonly length: number; readonly bytes: Buffer };

/** The line pointers of a page (storage/itemid.h): 15 bits offset, 2 bits state, 15 bits length. */
function itemsOf(bytes: Buffer): Item[] {
  const header = 24;
  const lower = bytes.readUInt16LE(12);
  const count = Math.max(0, Math.floor((lower - header) / 4));
  return Array.from({ length: count }, (_, index) => bytes.readUInt32LE(header + index * 4))
    .filter((pointer) => ((pointer >>> 15) & 3) === 1)
    .map((pointer) => ({ offset: pointer & 0x7fff, length: pointer >>> 17, bytes }));
}

/** Its deleter is known to be nobody, and it has a value behind its header (access/htup_details.h). */
function isUntouchedRow({ offset, length, bytes }: Item): boolean {
  const deleter = bytes.readUInt32LE(offset + 4);
  const flags = bytes.readUInt16LE(offset + 20);
  const headerLength = bytes.readUInt8(offset + 22);
  // 0x0200 alone says that the inserter aborted; with 0x0100 the row is frozen.
  const isAborted = (flags & 0x0300) === 0x0200;
  return (deleter === 0 || (flags & 0x0800) !== 0) && !isAborted && length > headerLength;
}

/** Page 0 describes the tree; a leaf says so in the flags at the very end of the page (access/nbtree.h). */
async function firstLeaf(dataDirectory: string, relation: string): Promise<number> {
  const handle = await open(path.join(dataDirectory, relation));
  try {
    for (let page = 1; ; page += 1) {
      const bytes = await readPage(handle, page * pageSize);
      if (bytes === undefined) throw nothing('leaf page', relation, page);
      const isLeaf = (bytes.readUInt16LE(pageSize - 4) & 1) === 1;
      if (isLeaf && itemsOf(bytes).length > 1) return page;
    }
  } finally {
    await handle.close();
  }
}

function nothing(what: string, relation: string, page: number): NothingToDamageError {
  return new NothingToDamageError(
    `no ${what} to damage in '${relation}' at page ${page}\nHINT: Was a checkpoint written before the copy was taken?`,
  );
}
