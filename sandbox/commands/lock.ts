import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { poll } from '../postgres/poll.ts';
import { allProcesses, childrenOf, commandLineOf, isAlive, signalProcess } from '../postgres/processes.ts';
import { cleanLeftovers, serversLeftIn } from '../postgres/server-registry.ts';

/** What a running sandbox says of itself, in its data directory. */
export type RunningSandbox = {
  readonly pid: number;
  readonly endpoint: string | null;
  /** The socket that takes events, once it is there. */
  readonly control: string | null;
  readonly startedAt: string;
};

const lockName = 'sandbox.json';
const fileIn = (directory: string) => path.join(directory, lockName);

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

export function writeLock(directory: string, endpoint: string | null, control: string | null = null): void {
  const lock: RunningSandbox = { pid: process.pid, endpoint, control, startedAt: new Date().toISOString() };
  writeFileSync(fileIn(directory), JSON.stringify(lock));
}

/**
 * Ends what is left of a killed sandbox and removes the directory; refuses one that no sandbox made. A sandbox may be killed
 * at any moment of making and of removing it: an empty one is nobody's, and its lock goes last.
 */
export async function removeDirectory(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  if (!existsSync(fileIn(directory)) && !isNobodys(directory)) {
    throw new Error(`directory '${directory}' exists and was not made by a sandbox\nHINT: Choose another with --data.`);
  }
  await endPackaging(directory);
  await cleanLeftovers(path.join(directory, 'rds'));
  for (const name of readdirSync(directory)) if (name !== lockName) await removeTree(path.join(directory, name));
  await removeTree(directory);
}

/**
 * Empty, or below the temporary directory under the name that only a sandbox of this checkout uses. Anybody may write there:
 * a link in its place, or what another user made, is not ours to remove.
 */
function isNobodys(directory: string): boolean {
  const found = lstatSync(directory);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false;
  return path.resolve(directory) === defaultDataDirectory() || readdirSync(directory).length === 0;
}

/** What was writing there may need a moment to end. */
const removeTree = (place: string): Promise<void> =>
  rm(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

/** What a killed sandbox left, in words; nothing when the directory is not there. */
export function leftIn(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  const lock = readLock(directory);
  if (lock === undefined && !existsSync(fileIn(directory)) && !isNobodys(directory)) return undefined;
  const processes = [...serversLeftIn(path.join(directory, 'rds')), ...packagingOf(directory)];
  const since = lock === undefined ? '' : `, begun ${lock.startedAt}`;
  const running = processes.length === 0 ? 'no process' : `processes ${processes.join(', ')}`;
  return `one that was killed${since} left ${running} and directory '${directory}'`;
}

/** Packaging that outlived the sandbox that began it: its command line names the directory. */
const packagingOf = (directory: string): number[] =>
  allProcesses().filter((pid) => {
    const command = commandLineOf(pid).replaceAll('\0', ' ');
    return command.includes('serverless') && command.includes(` --package ${path.join(directory, 'package')}`);
  });

async function endPackaging(directory: string): Promise<void> {
  for (const pid of packagingOf(directory)) {
    const children = childrenOf(pid); // esbuild's service
    for (const one of [pid, ...children]) signalProcess(one, 'SIGKILL');
    await poll(10_000, () => (isAlive(pid) ? undefined : true));
  }
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
