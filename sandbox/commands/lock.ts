import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { commandLineOf, isAlive } from '../postgres/processes.ts';
import { cleanLeftovers } from '../postgres/server-registry.ts';

/** What a running sandbox says of itself, in its data directory. */
export type RunningSandbox = { readonly pid: number; readonly endpoint: string | null; readonly startedAt: string };

const fileIn = (directory: string) => path.join(directory, 'sandbox.json');

/** One sandbox for each checkout and user. Below the temporary directory, because servers may run as another user. */
export function defaultDataDirectory(): string {
  const checkout = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 8);
  return path.join(tmpdir(), `pg-gameday-${userInfo().username}-${checkout}`);
}

export function findRunning(directory: string): RunningSandbox | undefined {
  const running = readLock(directory);
  return running !== undefined && isSandbox(running.pid) ? running : undefined;
}

/** Takes the directory, after ending and removing what a killed sandbox left there. Throws when one is running. */
export async function takeDirectory(directory: string): Promise<void> {
  const running = findRunning(directory);
  if (running !== undefined && running.pid !== process.pid) {
    throw new Error(
      `a sandbox is already running: pid ${running.pid}, endpoint ${running.endpoint ?? 'not ready yet'}, since ${running.startedAt}\n` +
        "HINT: End it with 'npm run sandbox -- stop', or give this one a place of its own with --data.",
    );
  }
  await removeDirectory(directory);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  writeLock(directory, null);
}

export function writeLock(directory: string, endpoint: string | null): void {
  const lock: RunningSandbox = { pid: process.pid, endpoint, startedAt: new Date().toISOString() };
  writeFileSync(fileIn(directory), JSON.stringify(lock));
}

/** Ends servers that are left and removes the directory; refuses a directory that no sandbox made. */
export async function removeDirectory(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  if (!existsSync(fileIn(directory))) {
    throw new Error(`directory '${directory}' exists and was not made by a sandbox\nHINT: Choose another with --data.`);
  }
  await cleanLeftovers(path.join(directory, 'rds'));
  rmSync(directory, { recursive: true, force: true });
}

function readLock(directory: string): RunningSandbox | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(directory), 'utf8')) as RunningSandbox;
  } catch {
    return undefined;
  }
}

/** A process id may belong to another program by now. */
const isSandbox = (pid: number) => isAlive(pid) && commandLineOf(pid).includes('sandbox/main.mjs');
