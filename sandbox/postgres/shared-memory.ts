import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { serverEnvironment } from './cluster.ts';
import { runCommand } from './command.ts';
import { poll } from './poll.ts';

/** True milliseconds for the children of a killed server to notice and end. */
const childrenTimeout = 5_000;

/** Undefined when the id is free, or belongs to somebody else by now. */
type Segment = { readonly isUsed: boolean } | undefined;

/**
 * Removes the shared memory segment of a server that was killed: it outlives every process, and the next server of the
 * same directory would remove it, but there may be none. No setting of PostgreSQL avoids the segment.
 */
export async function removeSharedMemory(dataDirectory: string): Promise<void> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  // The seventh line has the key and the id.
  const [key, id] = (text.split('\n')[6] ?? '').trim().split(/\s+/).map(Number);
  if (key === undefined || id === undefined) return;
  const found = await poll(childrenTimeout, async () => {
    const segment = await findSegment(key, id);
    if (segment === undefined) return 'gone';
    return segment.isUsed ? undefined : 'left';
  });
  // Somebody else may have removed it meanwhile.
  if (found === 'left') await runCommand('ipcrm', ['-m', String(id)], { env: serverEnvironment }).catch(() => {});
}

async function findSegment(key: number, id: number): Promise<Segment> {
  if (process.platform === 'linux') {
    const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '');
    const rows = table.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
    // The kernel shows the key with a sign, PostgreSQL without.
    const row = rows.find(([shownKey = 0, shownId]) => shownId === id && (shownKey | 0) === (key | 0));
    return row === undefined ? undefined : { isUsed: row[6] !== 0 };
  }
  const table = await runCommand('ipcs', ['-mo'], { env: serverEnvironment }).catch(() => '');
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  const row = rows.find(([, shownId, shownKey]) => shownId === String(id) && Number(shownKey) === key);
  return row === undefined ? undefined : { isUsed: row.at(-1) !== '0' };
}
