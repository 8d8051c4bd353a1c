import { constants } from 'node:fs';
import { copyFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { asAdministrator } from './administration.ts';
import type { Settings } from './configuration.ts';
import { poll } from './poll.ts';
import type { RunningServer } from './server.ts';
import { giveToServers } from './server-user.ts';

/** While a file of this name is in an archive, nothing is archived: as when the place of the archive is not reachable. */
export const holdFile = 'hold';

/** True milliseconds for the server to hand a finished log file to the archive. */
const archiveTimeout = 3_000;

/** Every finished log file is copied to `archive`; it appears there complete or not at all. */
export function archiveSettings(archive: string): Settings {
  const [hold, part, whole] = [holdFile, '%f.part', '%f'].map((name) => inShell(archive, name));
  return { archive_mode: 'on', archive_command: `test ! -e ${hold} && cp '%p' ${part} && mv ${part} ${whole}` };
}

/** The first start replays the archive and stops before the first transaction that committed after `target`. */
export function recoverySettings(archive: string, target: Date | undefined): Settings {
  const file = inShell(archive, '%f');
  return {
    restore_command: `test -f ${file} && cp ${file} '%p'`,
    recovery_target_action: 'promote',
    ...(target === undefined ? {} : { recovery_target_time: target.toISOString().replace('Z', '+00') }),
    // Nobody connects before the promotion, so that a server that accepts connections has recovered.
    hot_standby: 'off',
  };
}

/**
 * Finishes the current log file and waits until it is archived. Whatever had committed before the returned time is in
 * the archive; undefined when the archive does not take it. A server without new transactions writes no new file.
 */
export async function archiveUpToNow(server: RunningServer, archive: string): Promise<Date | undefined> {
  const { now, file } = await asAdministrator(server, async (client) => {
    const clock = await client.query<{ now: Date }>('select clock_timestamp() as now');
    // Behind the last byte of the finished file is the first one of the next.
    const log = await client.query<{ file: string }>('select pg_walfile_name(pg_switch_wal() - 1) as file');
    return { now: clock.rows[0]?.now, file: log.rows[0]?.file ?? '' };
  });
  const isArchived = await poll(archiveTimeout, () => exists(path.join(archive, file)));
  return isArchived ? now : undefined;
}

/** Copies the log that is not there yet; a file appears there complete or not at all. */
export async function copyArchive(from: string, to: string): Promise<void> {
  const there = new Set(await readdir(to));
  for (const name of await readdir(from)) {
    if (there.has(name) || name === holdFile || name.endsWith('.part')) continue;
    const part = path.join(to, `${name}.part`);
    await copyFile(path.join(from, name), part, constants.COPYFILE_FICLONE);
    await giveToServers(part);
    await rename(part, path.join(to, name));
  }
}

/** Removes the log that no base backup needs any more: what is older than the first file of the oldest one. */
export async function pruneArchive(archive: string, firstNeeded: string): Promise<void> {
  const names = await readdir(archive);
  // The first eight digits are the timeline, the rest grows along all of them.
  const position = firstNeeded.slice(8);
  const old = names.filter((name) => /^[0-9A-F]{24}(\.partial)?$/.test(name) && name.slice(8, 24) < position);
  await Promise.all(old.map((name) => rm(path.join(archive, name), { force: true })));
}

async function exists(file: string): Promise<true | undefined> {
  return stat(file).then(
    () => true,
    () => undefined,
  );
}

/** A file as a word of a shell, in a setting where `%` begins a placeholder. */
function inShell(directory: string, name: string): string {
  return `'${directory.replaceAll("'", `'\\''`).replaceAll('%', '%%')}/${name}'`;
}
