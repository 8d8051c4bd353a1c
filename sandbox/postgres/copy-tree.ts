import { constants, copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { giveToServers } from './server-user.ts';

export type CopyOptions = {
  /** Relative to the source, with `/`: what is not copied. A directory left out is not made either. */
  readonly skip?: (file: string) => boolean;
  readonly signal?: AbortSignal | undefined;
};

const simultaneousCopies = 8;

/**
 * Copies a data directory whose server may be running: a file that vanishes meanwhile is a dropped table, which the
 * write-ahead log explains. Blocks are shared where the file system can (copy-on-write); never by hard links, which
 * would let the running server write into the copy. Returns the number of bytes.
 */
export async function copyTree(source: string, target: string, options: CopyOptions = {}): Promise<number> {
  const files: string[] = [];
  await makeDirectory(target);
  await collect(source, target, '', files, options.skip ?? (() => false));
  let bytes = 0;
  const copyRest = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      options.signal?.throwIfAborted();
      bytes += await copyOne(path.join(source, file), path.join(target, file));
    }
  };
  await Promise.all(Array.from({ length: simultaneousCopies }, copyRest));
  return bytes;
}

async function collect(
  source: string,
  target: string,
  below: string,
  files: string[],
  skip: (file: string) => boolean,
): Promise<void> {
  const entries = await readdir(path.join(source, below), { withFileTypes: true }).catch(nothingWhenVanished);
  for (const entry of entries ?? []) {
    const file = below === '' ? entry.name : `${below}/${entry.name}`;
    if (skip(file)) continue;
    if (entry.isDirectory()) {
      await makeDirectory(path.join(target, file));
      await collect(source, target, file, files, skip);
    } else if (entry.isFile()) {
      files.push(file);
    }
  }
}

async function copyOne(from: string, to: string): Promise<number> {
  const copied = await copyFile(from, to, constants.COPYFILE_FICLONE).then(() => true, nothingWhenVanished);
  if (copied === undefined) return 0;
  await giveToServers(to);
  return (await lstat(to)).size;
}

async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await giveToServers(directory);
}

function nothingWhenVanished(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
