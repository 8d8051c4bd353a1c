import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The processes that `pid` started. PostgreSQL puts every backend in a session of its own, so a signal to the
 * server's process group reaches the server alone.
 */
export function childrenOf(pid: number): number[] {
  const pairs = process.platform === 'linux' ? fromProc() : fromPs();
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child);
}

/** Of this computer, as far as this user may see them. */
export const allProcesses = (): number[] => (process.platform === 'linux' ? fromProc() : fromPs()).map(([pid]) => pid);

function fromProc(): [number, number][] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const parent = /^PPid:\s+(\d+)/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
    return parent === undefined ? [] : [[Number(pid), Number(parent)] satisfies [number, number]];
  });
}

function fromPs(): [number, number][] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    return [pid ?? -1, parent ?? -1];
  });
}

export function commandLineOf(pid: number): string {
  if (process.platform === 'linux') return readOrEmpty(`/proc/${pid}/cmdline`);
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return ''; // ps fails when there is no such process.
  }
}

/** A process that has ended but that nobody has waited for yet is not alive. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return /^State:\s+[^ZX]/m.test(readOrEmpty(`/proc/${pid}/status`));
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sends a signal to a process that may be gone already. */
export function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // The process has ended since the directory was read.
  }
}
