import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { preparedDirectory } from '../postgres/cache-directory.ts';

export type PackageInputs = {
  readonly root: string;
  /** Directories whose every file is read. */
  readonly parts: readonly string[];
  readonly files: readonly string[];
  /** What was asked for. */
  readonly besides: unknown;
};

/** Each has some 10 MB. */
const keptAtMost = 12;
/** So long nobody copies one. */
const keptAtLeastMs = 60 * 60_000;

/** The directory of what was made from the same inputs, to be copied and not to be changed; made when there is none. */
export async function keptPackage(inputs: PackageInputs, make: (directory: string) => Promise<void>): Promise<string> {
  const directory = await preparedDirectory(`package-${await hashOf(inputs)}`, make);
  const now = new Date();
  await utimes(directory, now, now);
  await removeOld(path.dirname(directory));
  return directory;
}

/** Of the names and contents of all inputs, so that nothing that changes them is overlooked. */
export async function hashOf({ root, parts, files, besides }: PackageInputs): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.version, besides]));
  const names: string[] = [];
  for (const part of parts) {
    const entries = await readdir(path.join(root, part), { recursive: true, withFileTypes: true });
    for (const entry of entries)
      if (!entry.isDirectory()) names.push(path.relative(root, path.join(entry.parentPath, entry.name)));
  }
  for (const name of [...names.sort(), ...files]) {
    const content = await readFile(path.resolve(root, name));
    // The operations file may lie anywhere: its place is nothing of the package.
    hash.update(JSON.stringify([path.isAbsolute(name) ? '' : name, content.length])).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

/** The least used ones, and what a killed process has left half made. */
async function removeOld(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => /^package-[0-9a-f]{32}/.test(name));
  const all = await Promise.all(
    names.map(async (name) => {
      const file = path.join(cache, name);
      const used = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      );
      return { file, used, isWhole: /^package-[0-9a-f]{32}$/.test(name) };
    }),
  );
  const whole = all.filter(({ isWhole }) => isWhole).sort((one, other) => other.used - one.used);
  for (const { file, used } of [...whole.slice(keptAtMost), ...all.filter(({ isWhole }) => !isWhole)])
    if (Date.now() - used > keptAtLeastMs) await rm(file, { recursive: true, force: true });
}
