import { posix } from 'node:path';
import type { SourceFile } from './files.ts';

/** What a file imports, types and dynamic imports included: a path in this repository, `node:`, or a package. */
export const importsOf = ({ path, text }: SourceFile): string[] =>
  [
    ...text.matchAll(
      /^import\s+['"]([^'"]+)['"]|^(?:import|export)\s[^'"`;=]*?\bfrom\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
    ),
  ]
    .map(([, bare, from, dynamic]) => bare ?? from ?? dynamic ?? '')
    .map((target) => (target.startsWith('.') ? posix.join(posix.dirname(path), target) : target));
