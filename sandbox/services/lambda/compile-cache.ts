import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cacheRoot } from '../../postgres/cache-directory.ts';

let made: Promise<string> | undefined;

/** Where Node keeps the compiled code of functions: half of a cold start is compiling. */
export function compileCache(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const directory = path.join(await cacheRoot(), 'compiled');
  await mkdir(directory, { recursive: true });
  return directory;
}
