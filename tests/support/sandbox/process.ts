import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childrenOf, commandLineOf, isAlive } from '../../../sandbox/postgres/processes.ts';
import { waitUntil } from '../wait-until.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type SandboxProcess = {
  readonly pid: number;
  readonly stdout: () => string;
  /** Waits until the text has been printed; fails with what was printed when the process ends before. */
  printed(text: string | RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly end: Promise<Finished>;
};

export type SandboxSettings = { readonly env?: NodeJS.ProcessEnv; readonly preload?: string };

/** `node sandbox/main.mjs …`, as npm's scripts call it. */
export function startCommand(words: readonly string[], settings: SandboxSettings = {}): SandboxProcess {
  const preload = settings.preload === undefined ? [] : ['--import', settings.preload];
  const child: ChildProcess = spawn(process.execPath, [...preload, 'sandbox/main.mjs', ...words], {
    cwd: root,
    env: { ...process.env, ...settings.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => (stdout += String(data)));
  child.stderr?.on('data', (data) => (stderr += String(data)));
  let finished: Finished | undefined;
  const end = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      finished = { code, stdout, stderr };
      resolve(finished);
    });
  });
  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    end,
    signal: (name) => child.kill(name),
    async printed(text) {
      const isThere = () => (typeof text === 'string' ? stdout.includes(text) : text.test(stdout));
      await waitUntil(`'${text}' is printed`, () => isThere() || finished !== undefined, 120_000);
      if (!isThere()) throw new Error(`'${text}' was not printed, but:\n${stdout}\n${stderr}`);
    },
  };
}

export async function runCommandLine(words: readonly string[], settings?: SandboxSettings): Promise<Finished> {
  return await startCommand(words, settings).end;
}

/** The servers that a sandbox started in this data directory says it has. */
export function serversOf(dataDirectory: string): number[] {
  const file = path.join(dataDirectory, 'rds', 'pids.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }[]).map(({ pid }) => pid);
}

/** Everything that a process started, and what that started. */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Whose command line names the directory; on systems without /proc nobody is found. */
export function processesIn(directory: string): string[] {
  const pids = existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLineOf(pid).includes(directory) && isAlive(pid))
    .map((pid) => `${pid} ${commandLineOf(pid).replaceAll('\0', ' ')}`);
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Of a sandbox that printed how it is called. */
export const credentialsIn = (printed: string) => ({
  accessKeyId: /AWS_ACCESS_KEY_ID=(\S+)/.exec(printed)?.[1] ?? '',
  secretAccessKey: /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(printed)?.[1] ?? '',
});
