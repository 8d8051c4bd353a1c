import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export type PackageInputs = {
  readonly root: string;
  /** Directories whose every file is read. */
  readonly parts: readonly string[];
  readonly files: readonly string[];
  /** What was asked for. */
  readonly besides: unknown;
};

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
