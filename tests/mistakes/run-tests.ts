import { spawn } from 'node:child_process';
import { processesOf } from '../support/left-behind.ts';
import type { CopiedTree } from './copied-tree.ts';

export type Outcome = {
  /** `unloadable`: a file did not get as far as a test, which says nothing about the tests. */
  readonly kind: 'green' | 'red' | 'unloadable' | 'late';
  readonly seconds: number;
  readonly output: string;
};

/** Runs test files in the copy; `mostMs` later everything that was started is ended. */
export async function runTests(
  tree: CopiedTree,
  { tests, names }: { readonly tests: readonly string[]; readonly names?: string | undefined },
  mostMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  signal.throwIfAborted();
  const since = performance.now();
  const words = ['tests/run.mjs', ...tests, ...(names === undefined ? [] : ['-t', names])];
  // A group of its own: Ctrl-C is ours, and what hangs is ended as a whole.
  const child = spawn(process.execPath, words, {
    cwd: tree.directory,
    env: { ...process.env, TMPDIR: tree.temporary, NODE_COMPILE_CACHE: `${tree.temporary}/../compiled` },
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
  let isLate = false;
  const end = () => endAll(child.pid, tree);
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, mostMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    signal.throwIfAborted();
    const seconds = (performance.now() - since) / 1000;
    return { kind: isLate ? 'late' : kindOf(code, output), seconds, output };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

/** As the reporter of tests/runner writes it. */
function kindOf(code: unknown, output: string): Outcome['kind'] {
  if (code === 0) return 'green';
  const failed = [...output.matchAll(/^✖ .* \((\d+) failed of \d+\)/gm)].map(([, count]) => Number(count));
  return failed.some((count) => count > 0) ? 'red' : 'unloadable';
}

/** Servers that a test started are in groups of their own. */
function endAll(pid: number | undefined, tree: CopiedTree): void {
  for (const one of [...(pid === undefined ? [] : [-pid]), ...processesOf(tree.temporary)]) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {} // it has ended
  }
}
