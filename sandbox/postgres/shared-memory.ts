import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { serverEnvironment } from './cluster.ts';
import { runCommand } from './command.ts';

/**
 * Removes the shared memory segment of a server that was killed: it outlives every process, and the next server of the
 * same directory would remove it, but there may be none. No setting of PostgreSQL avoids the segment.
 */
export async function removeSharedMemory(dataDirectory: string): Promise<void> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  // The seventh line has the key and the id.
  const [key, id] = (text.split('\n')[6] ?? '').trim().split(/\s+/).map(Number);
  if (key === undefined || id === undefined || !(await isOrphan(key, id))) return;
  // Somebody else may have removed it meanwhile.
  await runCommand('ipcrm', ['-m', String(id)], { env: serverEnvironment }).catch(() => {});
}

/** Whether the id still belongs to this key, and no process uses it. */
async function isOrphan(key: number, id: number): Promise<boolean> {
  if (process.platform === 'linux') {
    const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '');
    const columns = table.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
    return columns.some((row) => row[1] === id && ((row[0] ?? 0) | 0) === (key | 0) && row[6] === 0);
  }
  const table = await runCommand('ipcs', ['-mo'], { env: serverEnvironment }).catch(() => '');
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.some((row) => row[1] === String(id) && Number(row[2]) === key && row.at(-1) === '0');
}
