import { chownSync, constants, copyFileSync, statSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { giveToServers, serverUser } from './server-user.ts';

export type CopyOptions = {
  /** Relative to the source, with `/`: what is not copied. A directory left out is not made either. */
  readonly skip?: (file: string) => boolean;
  readonly signal?: AbortSignal | undefined;
};

/** A cluster has a thousand small files, each of which costs less than a turn of the thread pool; so many are a few ms. */
const filesAtOnce = 32;
/** One that takes longer than a turn of the event loop may. */
const largeBytes = 1_000_000;

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
  for (let first = 0; first < files.length; first += filesAtOnce) {
    options.signal?.throwIfAborted();
    const large: string[] = [];
    for (const file of files.slice(first, first + filesAtOnce)) {
      const size = whenThere(() => statSync(path.join(source, file)).size);
      if (size === undefined) continue;
      if (size > largeBytes) large.push(file);
      else bytes += whenThere(() => copySmall(path.join(source, file), path.join(target, file), size)) ?? 0;
    }
    for (const file of large) bytes += await copyOne(path.join(source, file), path.join(target, file));
    await nextTurn();
  }
  return bytes;
}

function copySmall(from: string, to: string, size: number): number {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  if (serverUser !== undefined) chownSync(to, serverUser.uid, serverUser.gid);
  return size;
}

function whenThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    return nothingWhenVanished(error as NodeJS.ErrnoException);
  }
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
