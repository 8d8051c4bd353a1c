import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { asAdministrator } from './administration.ts';
import { dataDirectoryOf, makeServerDirectory } from './cluster.ts';
import { copyTree } from './copy-tree.ts';
import type { RunningServer } from './server.ts';
import { giveToServers } from './server-user.ts';

/**
 * The point in the source's history that a restore ends at. What committed before `notBefore` is in the copy, what
 * began after `notAfter` is not.
 */
export type SnapshotInstant = {
  /** End of the backup in the write-ahead log. */
  readonly lsn: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
};

export type PhysicalSnapshot = {
  /** The data is in `data` below it. */
  readonly directory: string;
  readonly instant: SnapshotInstant;
  readonly bytes: number;
};

/** A copy that would not be complete is not kept. */
export class SnapshotFailedError extends Error {
  override readonly name = 'SnapshotFailedError';
}

/** Left out as by pg_basebackup: what a server makes anew, and slots, which RDS drops from a restored instance too. */
const emptied = [
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
];
const leftOut = new Set(['postmaster.pid', 'postmaster.opts', 'backup_label', 'tablespace_map', 'current_logfiles']);

function isLeftOut(file: string): boolean {
  const name = path.posix.basename(file);
  return (
    leftOut.has(file) || emptied.includes(file) || name.startsWith('pgsql_tmp') || name.startsWith('pg_internal.init')
  );
}

/**
 * A physical copy of a running server by PostgreSQL's own backup protocol: the copy plus the log written meanwhile is
 * consistent at the moment the backup ends. Only the log up to there is kept, so that a restore cannot go further.
 */
export async function takeSnapshot(
  server: RunningServer,
  target: string,
  signal?: AbortSignal,
): Promise<PhysicalSnapshot> {
  const data = dataDirectoryOf(target);
  await makeServerDirectory(target);
  try {
    return await asAdministrator(server, async (client) => {
      await holdLog(client);
      await client.query("select pg_backup_start('rds snapshot', fast => true)");
      const bytes = await copyTree(server.dataDirectory, data, { skip: isLeftOut, signal });
      const notBefore = new Date();
      const stopped = await stopBackup(client);
      const notAfter = new Date();
      for (const name of [...emptied, 'pg_wal/archive_status', 'pg_wal/summaries']) {
        await mkdir(path.join(data, name), { recursive: true, mode: 0o700 });
        await giveToServers(path.join(data, name));
      }
      const first = /^START WAL LOCATION: \S+ \(file (\w{24})\)/m.exec(stopped.label)?.[1];
      if (first === undefined) throw new SnapshotFailedError(`backup label has no first log file: ${stopped.label}`);
      const log = await copyLog(server.dataDirectory, data, first, stopped.lastFile);
      await writeFile(path.join(data, 'backup_label'), stopped.label, { mode: 0o600 });
      await giveToServers(path.join(data, 'backup_label'));
      return { directory: target, instant: { lsn: stopped.lsn, notBefore, notAfter }, bytes: bytes + log };
    });
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error;
  }
}

/** A checkpoint during the copy would else recycle log that the copy needs. The slot ends with the session. */
async function holdLog(client: pg.Client): Promise<void> {
  const slot = `rds_snapshot_${randomBytes(6).toString('hex')}`;
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [slot]);
}

async function stopBackup(client: pg.Client): Promise<{ lsn: string; label: string; lastFile: string }> {
  type Row = { lsn: string; labelfile: string; spcmapfile: string };
  // The server itself switches to the next log file behind the end of the backup.
  const { rows } = await client.query<Row>('select lsn::text, labelfile, spcmapfile from pg_backup_stop(false)');
  const row = rows[0];
  if (row === undefined) throw new SnapshotFailedError('server returned no end of the backup');
  if (row.spcmapfile !== '') {
    throw new SnapshotFailedError(`server has tablespaces '${row.spcmapfile}', the sandbox copies none`);
  }
  const named = await client.query<{ file: string }>('select pg_walfile_name($1::pg_lsn) as file', [row.lsn]);
  return { lsn: row.lsn, label: row.labelfile, lastFile: named.rows[0]?.file ?? '' };
}

async function copyLog(sourceData: string, targetData: string, first: string, last: string): Promise<number> {
  const source = path.join(sourceData, 'pg_wal');
  const target = path.join(targetData, 'pg_wal');
  const isNeeded = (name: string) =>
    name.endsWith('.history') || (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last);
  const bytes = await copyTree(source, target, { skip: (name) => !isNeeded(name) });
  for (const name of [first, last]) {
    const found = await stat(path.join(target, name)).catch(() => undefined);
    if (found === undefined) throw new SnapshotFailedError(`log file '${name}' vanished before it was copied`);
  }
  return bytes;
}

/**
 * Copies a snapshot to where a new instance will run. The first start replays the log to the end of the backup; the
 * snapshot stays as it is, for other restores.
 */
export async function restoreSnapshot(
  snapshotDirectory: string,
  instanceDirectory: string,
  signal?: AbortSignal,
): Promise<void> {
  await makeServerDirectory(instanceDirectory);
  await copyTree(dataDirectoryOf(snapshotDirectory), dataDirectoryOf(instanceDirectory), { signal });
}
