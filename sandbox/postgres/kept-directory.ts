import { readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { preparedDirectory } from './cache-directory.ts';

/** Of one kind; each has some 10 MB. */
const keptAtMost = 12;
/** So long somebody may use one that he has asked for: longer than a sweep or a soak. */
const keptAtLeastMs = 48 * 3_600_000;

/**
 * A directory that is made once from what `hash` was made of, and kept; the least used of a kind are removed in time.
 * Nobody may change what is in it.
 */
export async function keptDirectory(
  kind: string,
  hash: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = await preparedDirectory(`${kind}-${hash}`, make);
  const now = new Date();
  await utimes(directory, now, now);
  await removeOld(path.dirname(directory), kind, hash.length);
  return directory;
}

/** What a killed process has left half made bears more than the hash. */
async function removeOld(cache: string, kind: string, length: number): Promise<void> {
  const names = (await readdir(cache)).filter((name) => new RegExp(`^${kind}-[0-9a-f]{${length}}`).test(name));
  const all = await Promise.all(
    names.map(async (name) => {
      const file = path.join(cache, name);
      const used = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      );
      return { file, used, isWhole: name.length === kind.length + 1 + length };
    }),
  );
  const whole = all.filter(({ isWhole }) => isWhole).sort((one, other) => other.used - one.used);
  for (const { file, used } of [...whole.slice(keptAtMost), ...all.filter(({ isWhole }) => !isWhole)])
    if (Date.now() - used > keptAtLeastMs) await rm(file, { recursive: true, force: true });
}
