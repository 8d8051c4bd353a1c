import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { isIgnored, root } from '../repository/files.ts';

export type CopiedTree = { readonly directory: string; readonly temporary: string; remove(): void };

/** Unpacked programs, which no source of ours is in. What is made of sources is made anew in the copy. */
const keptPrograms = /^(server|client)-/;

/**
 * What is committed or about to be, in a directory of its own below `place`. The packages are links, so that nothing is
 * installed; but the cache among them is the copy's own: what was packaged of a mistake is never taken for the product.
 */
export function copyTree(place: string): CopiedTree {
  const whole = mkdtempSync(path.join(place, 'mistakes-'));
  const [directory, temporary] = [path.join(whole, 'tree'), path.join(whole, 'tmp')];
  const remove = () => rmSync(whole, { recursive: true, force: true });
  try {
    chmodSync(whole, 0o755); // Root's servers run as another user.
    mkdirSync(temporary);
    cpSync(root, directory, { recursive: true, filter: (from) => !isIgnored(path.relative(root, from)) });
    linkPackages(realpathSync(path.join(root, 'node_modules')), path.join(directory, 'node_modules'));
  } catch (error) {
    remove();
    throw error;
  }
  return { directory, temporary, remove };
}

function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (name !== '.cache') symlinkSync(path.join(from, name), path.join(to, name));
  const [kept, own] = [path.join(from, '.cache/pg-gameday'), path.join(to, '.cache/pg-gameday')];
  mkdirSync(own, { recursive: true });
  for (const name of names(kept)) if (keptPrograms.test(name)) symlinkSync(path.join(kept, name), path.join(own, name));
}

/** Nothing has been unpacked yet in a fresh checkout. */
function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
