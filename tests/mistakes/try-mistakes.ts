import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CopiedTree, copyTree } from './copied-tree.ts';
import { type Mistake, putIn, testsKey } from './mistake.ts';
import { type Outcome, runTests } from './run-tests.ts';

export type Result = {
  readonly mistake: Mistake;
  readonly kind: Kind;
  readonly seconds: number;
  readonly say?: string;
};
/** `spoilt`: the mistake says nothing, because its text is gone or its tests could not be loaded with it. */
export type Kind = 'killed' | 'survived' | 'spoilt';

/** The tests that must notice are red before anything is changed. */
export class RedBeforeError extends Error {
  override readonly name = 'RedBeforeError';
}

export type Options = {
  readonly place: string;
  /** So many copies are worked in at a time. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
};

/** So much longer than without the mistake, a run of tests hangs. */
const patience = { factor: 5, leastMs: 60_000 };
const longestMs = 20 * 60_000;

/** Puts each mistake into a copy of the tree in turn, runs its tests, and takes it out again. */
export async function tryMistakes(mistakes: readonly Mistake[], options: Options): Promise<Result[]> {
  const { place, atOnce, say } = options;
  const trees: CopiedTree[] = [];
  try {
    for (let index = 0; index < Math.min(atOnce, mistakes.length); index += 1) trees.push(copyTree(place));
    const without = await runUnchanged(mistakes, trees, options);
    const results: Result[] = [];
    await inTurn(mistakes, trees, async (mistake, tree) => {
      const result = await tryOne(mistake, tree, without, options);
      results.push(result);
      const count = `${results.length}/${mistakes.length}`.padStart(9);
      const by = result.kind === 'killed' ? `  ← ${result.say}` : '';
      say(`${count} ${result.kind.padEnd(8)} ${result.seconds.toFixed(1).padStart(6)} s  ${mistake.name}${by}`);
    });
    return results;
  } finally {
    for (const tree of trees) tree.remove();
  }
}

/** Seconds of each run of tests without a mistake; throws when one is not green. */
async function runUnchanged(
  mistakes: readonly Mistake[],
  trees: readonly CopiedTree[],
  { signal, say }: Options,
): Promise<ReadonlyMap<string, number>> {
  const runs = new Map(mistakes.map((mistake) => [testsKey(mistake), mistake]));
  const seconds = new Map<string, number>();
  await inTurn([...runs], trees, async ([key, mistake], tree) => {
    const { kind, output, ...run } = await runTests(tree, mistake, longestMs, signal);
    const called = [...mistake.tests, ...(mistake.names === undefined ? [] : [`-t '${mistake.names}'`])].join(' ');
    if (kind !== 'green') throw new RedBeforeError(`without any mistake, ${called} is not green\n${output}`);
    seconds.set(key, run.seconds);
    say(`${`${seconds.size}/${runs.size}`.padStart(9)} green    ${run.seconds.toFixed(1).padStart(6)} s  ${called}`);
  });
  return seconds;
}

async function tryOne(
  mistake: Mistake,
  tree: CopiedTree,
  without: ReadonlyMap<string, number>,
  { signal }: Options,
): Promise<Result> {
  const file = path.join(tree.directory, mistake.file);
  const text = readFileSync(file, 'utf8');
  let wrong: string;
  try {
    wrong = putIn(text, mistake);
  } catch (error) {
    return { mistake, kind: 'spoilt', seconds: 0, say: String(error) };
  }
  const mostMs = Math.max(patience.leastMs, patience.factor * (without.get(testsKey(mistake)) ?? 0) * 1000);
  writeFileSync(file, wrong);
  try {
    const { kind, seconds, output } = await runTests(tree, mistake, mostMs, signal);
    return { mistake, seconds, ...read(kind, output) };
  } finally {
    writeFileSync(file, text);
  }
}

function read(kind: Outcome['kind'], output: string): { kind: Kind; say?: string } {
  if (kind === 'green') return { kind: 'survived' };
  // Its tests would hang in CI, too: that is noticed.
  if (kind === 'late') return { kind: 'killed', say: 'it hangs' };
  if (kind === 'red') return { kind: 'killed', say: firstFailure(output) };
  return { kind: 'spoilt', say: output.trim().slice(0, 2000) };
}

/** The line below that of the file. */
const firstFailure = (output: string): string => /^✖ .*\n(.*)$/m.exec(output)?.[1] ?? 'a test';

/** Each item once, as many at a time as there are trees; ends at the first failure. */
async function inTurn<T>(
  items: readonly T[],
  trees: readonly CopiedTree[],
  run: (item: T, tree: CopiedTree) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const ended = await Promise.allSettled(
    trees.map(async (tree) => {
      try {
        for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item, tree);
      } finally {
        queue.length = 0;
      }
    }),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
