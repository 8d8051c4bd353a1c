import { constants } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import { checkedStage, checkStageRegion } from '../../shared/policy/stage-region.ts';
import { keptDirectory } from '../postgres/kept-directory.ts';
import { hashOf } from './package-inputs.ts';
import { runCommand } from './run-command.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What packaging reads; `.serverless` and `.esbuild`, where it works, are not among it. */
const sources = ['functions', 'packaging', 'resources', 'shared', 'statemachines'];
const files = ['operations.yml', 'package.json', 'tsconfig.json', 'workflows.yml'];
/** Of which the result depends besides; the lock stands for node_modules. */
const texts = ['serverless.yml', 'package.json', 'package-lock.json', 'tsconfig.json', 'workflows.yml'];

/** A change of a source file, which must be there exactly once. */
export type SourceEdit = { readonly file: string; readonly find: string; readonly replace: string };

export type PackageOptions = {
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** The stage's own when absent. */
  readonly region?: string;
  /** Made in a copy of the sources: what is packaged is not what lies here. */
  readonly edits?: readonly SourceEdit[];
  /** Runs the command even where its result is known: the packaging itself is what is looked at. */
  readonly fresh?: boolean;
};

/**
 * What the command that a deployment runs writes for a stage, in `directory`. The command is run once for the same
 * sources, stage and region: its result is kept, and copied the next time.
 */
export async function packageStage(stage: string, directory: string, options: PackageOptions = {}): Promise<void> {
  const { environment = process.env, region, edits = [], fresh = false } = options;
  checkFirst(stage, region, environment);
  // Not kept: Node reads no TypeScript below node_modules, where a copy of the sources would lie.
  if (fresh || edits.length > 0) return await runPackaging(stage, directory, options);
  const files = [operationsFileOf(environment), ...texts];
  const hash = await hashOf({ root, parts: sources, files, besides: { stage, region } });
  const kept = await keptDirectory('package', hash, (target) => runPackaging(stage, target, options));
  await rm(directory, { recursive: true, force: true });
  await cp(kept, directory, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

const operationsFileOf = (environment: NodeJS.ProcessEnv) => environment['OPERATIONS_FILE'] ?? 'operations.yml';

/**
 * Runs the command, and gives its output only when it fails. It works in a directory of its own beside `directory`: the
 * packaging of one checkout twice at a time would mix its intermediate files.
 */
async function runPackaging(
  stage: string,
  directory: string,
  { environment = process.env, signal, region, edits = [] }: PackageOptions,
): Promise<void> {
  const workspace = `${path.resolve(directory)}-workspace`;
  await rm(workspace, { recursive: true, force: true });
  await mkdir(workspace, { recursive: true });
  try {
    for (const name of [...sources, 'node_modules', ...files]) {
      const [from, to] = [path.join(root, name), path.join(workspace, name)];
      await (edits.length > 0 && name !== 'node_modules' ? cp(from, to, { recursive: true }) : symlink(from, to));
    }
    for (const edit of edits) await editSource(workspace, edit);
    // The framework does not take a link for its own file.
    await copyFile(path.join(root, 'serverless.yml'), path.join(workspace, 'serverless.yml'));
    // One that is killed cannot remove what it wrote.
    const temporary = path.join(workspace, 'tmp');
    await mkdir(temporary);
    const where = region === undefined ? [] : ['--region', region];
    await runServerless(['package', '--stage', stage, ...where, '--package', path.resolve(directory)], workspace, {
      environment: { ...environment, TMPDIR: temporary },
      signal,
    });
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Reported before the framework says a word about what follows from it. */
function checkFirst(stage: string, region: string | undefined, environment: NodeJS.ProcessEnv): void {
  const name = operationsFileOf(environment);
  const policy = readOperationsFile(path.resolve(root, name), name);
  const known = checkedStage(policy, stage);
  if (region !== undefined) checkStageRegion(policy, known, region);
}

async function editSource(workspace: string, { file, find, replace }: SourceEdit): Promise<void> {
  const name = path.join(workspace, file);
  const parts = (await readFile(name, 'utf8')).split(find);
  if (parts.length !== 2) throw new Error(`'${find}' is ${parts.length - 1} times in ${file}, expected once`);
  await writeFile(name, parts.join(replace));
}

/** Five times what a cold laptop takes beside busy loops on all of its cores. */
const packagingDeadline = 20 * 60_000;

function runServerless(
  words: readonly string[],
  cwd: string,
  { environment, signal }: { environment: NodeJS.ProcessEnv; signal: AbortSignal | undefined },
): Promise<void> {
  return runCommand({
    name: `serverless ${words.slice(0, 3).join(' ')}`,
    program: process.execPath,
    words: [path.join(root, 'node_modules/.bin/serverless'), ...words],
    cwd,
    environment,
    signal,
    deadline: packagingDeadline,
  });
}
