import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Finding } from '../../shared/contracts/verification.ts';
import type { ClientTools } from '../postgres/client-tools.ts';
import { CommandFailedError, commandLine, lastLines } from '../postgres/command.ts';

export type ArchiveRestore = {
  readonly tools: ClientTools;
  readonly archive: string;
  /** Where lists and scripts may be put. */
  readonly directory: string;
  readonly target: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Tried in turn for what fails under the empty one that pg_restore sets. */
  readonly searchPaths: readonly string[];
  readonly timeout: number;
  onStep(text: string): void;
};

/** Entries of the archive's table of contents that failed, by their number, with what PostgreSQL said. */
type Failures = ReadonlyMap<string, { readonly entry: string; readonly message: string }>;

const ownership = ['--no-owner', '--no-privileges'];

/**
 * Restores an archive section by section, so that data is loaded before triggers and foreign keys are there, also at
 * the second try. pg_restore works with an empty search_path: a constraint, default or index that calls a function with
 * unqualified names fails under it, and a whole table stays empty. What failed is tried again with the search paths of
 * the source. Answers what could not be carried out at all.
 */
export async function restoreArchive(restore: ArchiveRestore): Promise<Finding[]> {
  const left: Finding[] = [];
  for (const section of ['pre-data', 'data', 'post-data']) {
    restore.onStep(`pg_restore ${section}`);
    // It says which entry of the archive failed only when it is verbose, and only one job says it next to the error.
    const args = [...ownership, '--verbose', `--section=${section}`, ...restore.target, restore.archive];
    let failures = await failuresOf(restore, restore.tools.pgRestore, args);
    for (const searchPath of restore.searchPaths) failures = await tryAgain(restore, failures, searchPath);
    for (const { entry, message } of failures.values())
      left.push({ object: entry, status: 'failed', problem: `could not be made here: ${message}` });
  }
  return left;
}

/** Again and again, as long as it helps: one object may need another that failed, too. */
async function tryAgain(restore: ArchiveRestore, failures: Failures, searchPath: string): Promise<Failures> {
  let left = failures;
  while (left.size > 0) {
    restore.onStep(`${left.size} once more`);
    const still = new Map<string, { entry: string; message: string }>();
    for (const [id, { entry }] of left) {
      const message = await restoreEntry(restore, id, searchPath);
      if (message !== undefined) still.set(id, { entry, message });
    }
    if (still.size === left.size) return still;
    left = still;
  }
  return left;
}

/** Undefined when it is made, in one transaction. */
async function restoreEntry(restore: ArchiveRestore, id: string, searchPath: string): Promise<string | undefined> {
  const { tools, archive, directory, env, timeout, target } = restore;
  const listFile = path.join(directory, 'entry.list');
  await writeFile(listFile, `${id};\n`);
  const { code, stderr } = await runPiped(
    [tools.pgRestore, [...ownership, `--use-list=${listFile}`, '--file=-', archive]],
    [
      tools.psql,
      ['--no-psqlrc', '--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1', '--output=/dev/null', ...target],
    ],
    withSearchPath(searchPath),
    { env, timeout },
  );
  return code === 0 ? undefined : (firstError(stderr) ?? lastLines(stderr));
}

/** pg_restore's script empties the search path at its head; what follows may be gigabytes. */
export function withSearchPath(searchPath: string): Transform {
  const emptied = /^SELECT pg_catalog\.set_config\('search_path', '', false\);$/m;
  let head: Buffer | undefined = Buffer.alloc(0);
  const changed = () => {
    const text = head?.toString('latin1') ?? '';
    head = undefined;
    const path = Buffer.from(`SET search_path = ${searchPath};`).toString('latin1');
    return Buffer.from(
      text.replace(emptied, () => path),
      'latin1',
    );
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === undefined) return done(null, chunk);
      head = Buffer.concat([head, chunk]);
      if (!emptied.test(head.toString('latin1')) && head.length < 16_384) return done();
      done(null, changed());
    },
    flush(done) {
      done(null, head === undefined ? undefined : changed());
    },
  });
}

/** Throws when pg_restore failed for another reason than an entry of the archive. */
async function failuresOf({ env, timeout }: ArchiveRestore, file: string, args: readonly string[]): Promise<Failures> {
  const { code, stderr } = await runTool(file, args, { env, timeout });
  const failures = parseFailures(stderr);
  if (code !== 0 && failures.size === 0) {
    throw new CommandFailedError(`command '${commandLine(file, args)}' ended with '${code}'\n${lastLines(stderr)}`);
  }
  return failures;
}

export function parseFailures(stderr: string): Failures {
  const failures = new Map<string, { entry: string; message: string }>();
  let current: { id: string; entry: string } | undefined;
  for (const line of stderr.split('\n')) {
    const entry = /^pg_restore: from TOC entry (\d+); \d+ \d+ (.+) \S+$/.exec(line);
    if (entry !== null) current = { id: String(entry[1]), entry: String(entry[2]) };
    const error =
      /^pg_restore: error: (?:could not execute query: |COPY failed for table "[^"]*": )?(?:ERROR: +)?(.+)$/.exec(line);
    if (error === null || current === undefined || failures.has(current.id)) continue;
    failures.set(current.id, { entry: current.entry, message: String(error[1]) });
  }
  return failures;
}

const firstError = (stderr: string) => /(?:ERROR|FATAL|error): +(.+)$/m.exec(stderr)?.[1];

type Ended = { readonly code: number | null; readonly stderr: string };
type RunOptions = { readonly env: NodeJS.ProcessEnv; readonly timeout: number };

/** Runs a program to its end, whatever its end is; messages are in English, because they are read. */
export async function runTool(file: string, args: readonly string[], { env, timeout }: RunOptions): Promise<Ended> {
  const child = spawn(file, args, {
    env: { ...env, LC_ALL: 'C' },
    timeout,
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
  });
  return ended(child);
}

async function runPiped(
  [from, fromArgs]: readonly [string, readonly string[]],
  [into, intoArgs]: readonly [string, readonly string[]],
  change: Transform,
  { env, timeout }: RunOptions,
): Promise<Ended> {
  const options = { env: { ...env, LC_ALL: 'C' }, timeout, cwd: '/' };
  const reader = spawn(from, fromArgs, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const writer = spawn(into, intoArgs, { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
  const [read, written] = await Promise.all([
    ended(reader),
    ended(writer),
    // A writer that gives up closes its input; its own message says why.
    pipeline(reader.stdout, change, writer.stdin).catch(() => reader.kill()),
  ]);
  return written.code !== 0 ? written : read;
}

function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr }));
  });
}
