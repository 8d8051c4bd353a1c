import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isReachableByServers } from './server-user.ts';

const packageRoot = path.resolve(import.meta.dirname, '../..');

/** Somebody else's directory under our name in a shared temporary directory: what is in it must not be run. */
export class UntrustedCacheError extends Error {
  override readonly name = 'UntrustedCacheError';
}

/**
 * A directory that is prepared once and kept between runs, named by what it was made from.
 * Two processes that prepare it at the same time both get a complete one: it appears by renaming.
 */
export async function preparedDirectory(name: string, prepare: (directory: string) => Promise<void>): Promise<string> {
  const target = path.join(await cacheRoot(), name);
  if (await exists(target)) return target;
  const building = `${target}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(building, { mode: 0o755 });
    await prepare(building);
    await rename(building, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return target;
}

/** Where everything prepared is kept: beside the packages, or where servers may not pass through, in the temporary directory. */
export async function cacheRoot(): Promise<string> {
  const beside = path.join(packageRoot, 'node_modules/.cache/pg-gameday');
  if (await isReachableByServers(packageRoot)) {
    const made = await mkdir(beside, { recursive: true, mode: 0o755 }).then(
      () => true,
      () => false,
    );
    if (made && (await isReachableByServers(beside))) return beside;
  }
  const user = process.getuid?.() ?? 0;
  const shared = path.join(os.tmpdir(), `pg-gameday-cache-${user}`);
  await mkdir(shared, { recursive: true, mode: 0o755 });
  const { uid, mode } = await stat(shared);
  if (uid !== user || (mode & 0o022) !== 0) {
    throw new UntrustedCacheError(
      `cache directory '${shared}' belongs to uid ${uid} with mode ${(mode & 0o777).toString(8)}, ` +
        `must belong to uid ${user} and be writable by nobody else\nHINT: Remove it, or set TMPDIR to another place.`,
    );
  }
  return shared;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
