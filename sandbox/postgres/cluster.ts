import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerBinaries } from './binaries.ts';
import { runCommand } from './command.ts';
import { administrator } from './configuration.ts';
import { giveToServers, requireReachable, serverUser } from './server-user.ts';

export type ClusterOptions = {
  readonly binaries: ServerBinaries;
  /** Of the instance; the data goes to `data` in it. */
  readonly directory: string;
  readonly administratorPassword: string;
  /** RDS instances have them since PostgreSQL 18 or by upgrade; tests of silent corruption switch them off. */
  readonly dataChecksums: boolean;
};

/** Small, because every snapshot carries at least one segment and a laptop has many snapshots. */
const walSegmentMegabytes = 4;

export function dataDirectoryOf(instanceDirectory: string): string {
  return path.join(instanceDirectory, 'data');
}

/** A directory that only the servers may read. */
export async function makeServerDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  await giveToServers(directory);
}

/** Makes an empty database cluster whose only role is the administrator. */
export async function createCluster(options: ClusterOptions): Promise<void> {
  const { binaries, directory, administratorPassword, dataChecksums } = options;
  await requireReachable(path.dirname(directory));
  await makeServerDirectory(directory);
  const passwordFile = path.join(directory, 'initdb-password');
  await writeFile(passwordFile, administratorPassword, { mode: 0o600 });
  await giveToServers(passwordFile);
  try {
    await runCommand(
      binaries.initdb,
      [
        `--pgdata=${dataDirectoryOf(directory)}`,
        `--username=${administrator}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        ...(binaries.major < 17 ? [] : ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']),
        '--locale=C',
        `--wal-segsize=${walSegmentMegabytes}`,
        ...(dataChecksums ? ['--data-checksums'] : binaries.major < 18 ? [] : ['--no-data-checksums']),
        '--no-sync',
        '--no-instructions',
      ],
      { user: serverUser, env: serverEnvironment },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Nothing of the user's environment (PGDATA, PGPORT, locale) may change a server. */
export const serverEnvironment: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
