import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { poll } from './poll.ts';
import { commandLineOf, signalProcess } from './processes.ts';
import { removeSharedMemory } from './shared-memory.ts';
import { socketDirectoryName, socketDirectoryPrefix } from './socket-directory.ts';

/** A server process and the directory that its command line must name for it to be ours. */
export type RegisteredServer = { readonly pid: number; readonly dataDirectory: string };

/** Another sandbox works in this directory, or was killed there. */
export class LeftoverServersError extends Error {
  override readonly name = 'LeftoverServersError';
}

const fileName = 'pids.json';
/** True milliseconds for an immediate shutdown, which waits for nothing. */
const endTimeout = 10_000;

/**
 * The servers of one sandbox, in memory and in `pids.json`. They die with this process: on its exit, and on a signal
 * that nobody else handles. After a kill -9 the file says which processes are left.
 */
export class ServerRegistry {
  readonly #file: string;
  readonly #entries = new Map<number, RegisteredServer>();

  constructor(dataDirectory: string) {
    mkdirSync(dataDirectory, { recursive: true });
    this.#file = path.join(dataDirectory, fileName);
    const left = readEntries(this.#file).filter((entry) => isOurs(entry, dataDirectory));
    if (left.length > 0) {
      throw new LeftoverServersError(
        `data directory '${dataDirectory}' has running servers (pid ${left.map(({ pid }) => pid).join(', ')})\n` +
          'HINT: Stop the sandbox that uses it, or clean up what a killed one left.',
      );
    }
    this.#save();
    registries.add(this);
    watchThisProcess();
  }

  get entries(): readonly RegisteredServer[] {
    return [...this.#entries.values()];
  }

  add(entry: RegisteredServer): void {
    this.#entries.set(entry.pid, entry);
    this.#save();
  }

  remove(pid: number): void {
    this.#entries.delete(pid);
    this.#save();
  }

  /** Forgets this registry; its servers must have ended. */
  close(): void {
    registries.delete(this);
  }

  /** Synchronous, because nothing asynchronous runs in a process that exits. */
  killAll(): void {
    for (const { pid } of this.#entries.values()) {
      signalProcess(pid, 'SIGCONT');
      signalProcess(pid, 'SIGQUIT');
    }
  }

  #save(): void {
    if (!existsSync(path.dirname(this.#file))) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.entries, null, 2));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

const registries = new Set<ServerRegistry>();
let watching = false;

function watchThisProcess(): void {
  if (watching) return;
  watching = true;
  const killAll = () => {
    for (const registry of registries) registry.killAll();
  };
  process.on('exit', killAll);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const handler = () => {
      // Somebody who handles the signal stops the sandbox in order, and 'exit' covers what he leaves.
      if (process.listenerCount(name) > 1) return;
      killAll();
      process.removeListener(name, handler);
      process.kill(process.pid, name);
    };
    process.on(name, handler);
  }
}

/** Ends what a killed sandbox left in `dataDirectory` and removes the directory. Returns the ended process ids. */
export async function cleanLeftovers(dataDirectory: string): Promise<number[]> {
  const ended: number[] = [];
  const entries = readEntries(path.join(dataDirectory, fileName));
  for (const entry of entries) {
    if (!isOurs(entry, dataDirectory)) continue;
    await end(entry, dataDirectory);
    ended.push(entry.pid);
  }
  for (const entry of entries) {
    if (isBelow(entry.dataDirectory, dataDirectory)) await removeSharedMemory(entry.dataDirectory);
  }
  await removeSocketDirectory(path.join(dataDirectory, socketDirectoryName));
  // An initdb whose sandbox was killed still writes for a moment.
  await rm(dataDirectory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return ended;
}

/** Servers that a killed sandbox left running. */
export const serversLeftIn = (dataDirectory: string): number[] =>
  readEntries(path.join(dataDirectory, fileName))
    .filter((entry) => isOurs(entry, dataDirectory))
    .map(({ pid }) => pid);

/** A link in place of a directory leads to the short path that the sockets needed. */
async function removeSocketDirectory(link: string): Promise<void> {
  const target = await readlink(link).catch(() => undefined);
  if (target?.startsWith(socketDirectoryPrefix())) await rm(target, { recursive: true, force: true });
}

async function end(entry: RegisteredServer, dataDirectory: string): Promise<void> {
  for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
    signalProcess(entry.pid, 'SIGCONT'); // A frozen server would not see the other signal.
    signalProcess(entry.pid, name);
    const gone = await poll(endTimeout, () => (isOurs(entry, dataDirectory) ? undefined : true));
    if (gone) return;
  }
}

function readEntries(file: string): readonly RegisteredServer[] {
  if (!existsSync(file)) return [];
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as readonly RegisteredServer[];
  } catch {
    rmSync(file);
    return [];
  }
}

/** The number may belong to another process by now: only the command line proves that it is our server. */
function isOurs({ pid, dataDirectory: data }: RegisteredServer, dataDirectory: string): boolean {
  const command = commandLineOf(pid);
  return isBelow(data, dataDirectory) && command.includes(data);
}

function isBelow(file: string, directory: string): boolean {
  return file.startsWith(path.resolve(directory) + path.sep);
}
