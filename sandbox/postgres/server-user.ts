import { chown, lstat, stat } from 'node:fs/promises';
import path from 'node:path';

/** Who the servers run as, when it is not the user of this process. */
export type ServerUser = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root, so root's servers run as nobody. */
export const serverUser: ServerUser | undefined = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** Whether servers may enter `directory`: every directory above it lets other users through. */
export async function isReachableByServers(directory: string): Promise<boolean> {
  if (serverUser === undefined) return true;
  for (let current = path.resolve(directory); ; current = path.dirname(current)) {
    const found = await stat(current).catch(() => undefined);
    if (found !== undefined && (found.mode & 0o001) === 0 && found.uid !== serverUser.uid) return false;
    if (current === path.dirname(current)) return true;
  }
}

/** The directory whose mode keeps the servers out is not ours to change: say so instead. */
export class UnreachableDirectoryError extends Error {
  override readonly name = 'UnreachableDirectoryError';
}

export async function requireReachable(directory: string): Promise<void> {
  if (await isReachableByServers(directory)) return;
  throw new UnreachableDirectoryError(
    `directory '${directory}' cannot be entered by uid ${serverUser?.uid}, which runs the servers of root\n` +
      'HINT: Choose a data directory outside a home with mode 700, for example below /tmp or /var/tmp.',
  );
}

/** Gives a file or directory that this process made to the servers. */
export async function giveToServers(file: string): Promise<void> {
  if (serverUser === undefined) return;
  const { uid } = await lstat(file);
  if (uid !== serverUser.uid) await chown(file, serverUser.uid, serverUser.gid);
}
