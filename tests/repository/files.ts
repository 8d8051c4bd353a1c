/** The files of the repository as the rules look at them: what is committed or about to be. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Directories of .gitignore: a line that begins with a slash holds at the top only, the others at every depth. */
const ignored = new RegExp(
  ['.git/', ...readFileSync(`${root}.gitignore`, 'utf8').split('\n')]
    .filter((line) => line.endsWith('/') && !line.startsWith('#'))
    .map((line) => line.slice(0, -1).replaceAll('.', '\\.'))
    .map((name) => (name.startsWith('/') ? `^${name.slice(1)}(/|$)` : `(^|/)${name}(/|$)`))
    .join('|'),
);

export const isIgnored = (path: string): boolean => ignored.test(path);

export type SourceFile = { readonly path: string; readonly text: string };

export function filesOf(pattern: string): SourceFile[] {
  return globSync(pattern, { cwd: root, exclude: (path) => ignored.test(String(path)) })
    .filter((path) => !ignored.test(path))
    .sort()
    .map((path) => ({ path, text: textOf(path) }));
}

export const textOf = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** YAML aliases are expanded; nothing is checked: rules read what they name. */
export const yamlOf = (path: string): Tree => parse(textOf(path), { merge: true }) as Tree;

export type Tree = { readonly [key: string]: Tree | string | number | boolean | null | undefined } | readonly Tree[];

/** The value at a path of keys, or undefined. */
export function at(tree: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    tree,
  );
}

export const entriesAt = (tree: unknown, ...keys: readonly string[]): [string, unknown][] =>
  Object.entries((at(tree, ...keys) ?? {}) as Record<string, unknown>);

/** Every string in a tree. */
export function stringsIn(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.values(tree).flatMap(stringsIn);
}
