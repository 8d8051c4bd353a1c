import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { commandLineOf, isAlive } from '../../sandbox/postgres/processes.ts';

/** What is kept on purpose: Node's cache of compiled code, and the unpacked binaries of PostgreSQL. */
const kept = /^(node-compile-cache|pg-gameday-cache-\d+)$/;

/**
 * What tests have left that had `directory` as their temporary directory: files in it, and processes that were started
 * with it, in their environment or on their command line. A port is open as long as a process of its owner lives.
 */
export function leftBehind(directory: string): string[] {
  const files = readdirSync(directory).filter((name) => !kept.test(name));
  return [
    ...files.sort().map((name) => `file or directory ${name}`),
    ...processesOf(directory).map((pid) => `process ${pid} ${commandLineOf(pid).replaceAll('\0', ' ').trim()}`),
  ];
}

/** Processes that were started with the directory, in their environment or on their command line; none without /proc. */
export function processesOf(directory: string): number[] {
  const pids = existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids
    .map(Number)
    .filter((pid) => pid !== process.pid && isAlive(pid))
    .filter((pid) => commandLineOf(pid).includes(directory) || environmentOf(pid).includes(directory));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // It has ended, or is another user's, who cannot have been started by a test.
  }
}
