import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeServerDirectory } from './cluster.ts';

export const socketDirectoryName = 'sockets';

/** The path of a socket may have about 100 characters, with the socket's own name in it. */
const longest = 80;

export function socketDirectoryPrefix(): string {
  return path.join(os.tmpdir(), 'pg-gameday-sockets-');
}

/** Below the data directory; when its path is too long for sockets, a short one that a link there leads to. */
export async function makeSocketDirectory(dataDirectory: string): Promise<string> {
  const inside = path.join(dataDirectory, socketDirectoryName);
  if (inside.length <= longest) {
    await makeServerDirectory(inside);
    return inside;
  }
  const short = await mkdtemp(socketDirectoryPrefix());
  await makeServerDirectory(short);
  await rm(inside, { force: true });
  await symlink(short, inside);
  return short;
}
