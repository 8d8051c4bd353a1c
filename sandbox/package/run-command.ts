import { spawn } from 'node:child_process';

export type CommandRun = {
  /** What is said of it, when it does not end well. */
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. A command that hangs would hold up whoever waits for it, without a word. */
  readonly deadline: number;
};

/** How much of its output is shown. */
const shown = 4000;

/**
 * Runs a command to its end, and gives its output only when it fails. It leads a group of processes: what it has started is
 * ended with it, for a service that outlives it would keep its output open for ever.
 */
export async function runCommand(run: CommandRun): Promise<void> {
  const { name, program, words, cwd, environment, signal, deadline } = run;
  signal?.throwIfAborted();
  const child = spawn(program, words, { cwd, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    endGroup();
  }, deadline);
  signal?.addEventListener('abort', endGroup, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (ended) => {
        endGroup();
        child.once('close', () => resolve(ended));
      });
    });
    signal?.throwIfAborted();
    const said = output.trim().slice(-shown);
    if (isLate) throw new Error(`'${name}' did not end within ${deadline / 1000} s and was ended\n${said}`);
    if (code !== 0) throw new Error(`'${name}' ended with ${code}\n${said}`);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', endGroup);
  }
}
