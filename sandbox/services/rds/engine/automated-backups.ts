import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { archiveUpToNow, pruneArchive } from '../../../postgres/archive.ts';
import { dataDirectoryOf } from '../../../postgres/cluster.ts';
import type { AutomatedBackup, BackupBase, Instance, Snapshot } from '../model/model.ts';
import { automatedSnapshotName, registerSnapshot, runSnapshot } from '../operations/take-snapshot.ts';
import type { Rds } from '../rds.ts';
import { lasting } from './instance-work.ts';
import { removeFiles } from './snapshot-files.ts';

const day = 24 * 60 * 60_000;
/** RestoreTime knows whole seconds: a faster clock would fill the disk with log files for nothing. True milliseconds. */
const shortestArchiving = 1_000;

/** The first backup of an instance and, behind it, its log and a backup a day for as long as it is kept. */
export async function beginBackups(rds: Rds, instance: Instance, signal: AbortSignal): Promise<void> {
  const backup: AutomatedBackup = { source: instance, isRetained: false, readers: new Set() };
  rds.region(instance.region).automatedBackups.set(instance.resourceId, backup);
  await takeBackup(rds, instance, signal);
  rds.background.start((stop) => repeat(rds, backup, rds.durations.archive, () => archive(rds, backup), stop));
  rds.background.start((stop) => repeat(rds, backup, day, () => takeDailyBackup(rds, backup), stop));
}

async function repeat(
  rds: Rds,
  backup: AutomatedBackup,
  milliseconds: number,
  work: () => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  const { region, resourceId } = backup.source;
  const isKept = () => rds.region(region).automatedBackups.get(resourceId) === backup && !backup.isRetained;
  while (isKept()) {
    await rds.clock.wait(Math.max(milliseconds, shortestArchiving * rds.clock.speed), signal);
    if (isKept()) await work();
  }
}

/** Moves LatestRestorableTime to a moment that the archive reaches; it stays where it is when the archive does not. */
export async function archive(rds: Rds, { source }: AutomatedBackup): Promise<void> {
  const { server } = source;
  if (server === undefined || server.hasEnded || earliestRestorableTime(rds, source) === undefined) return;
  // A server that is stopped or broken at this moment archives nothing, which the unmoved time reports.
  const reached = await archiveUpToNow(server, rds.engine.archiveDirectory(source)).catch(() => undefined);
  if (reached !== undefined) source.latestRestorableTime = wholeSecond(reached);
}

function takeDailyBackup(rds: Rds, { source }: AutomatedBackup): void {
  // RDS leaves a backup out, too, when the instance is not available in its window.
  if (source.status !== 'available') return;
  rds.jobs.start(async (signal) => {
    try {
      await takeBackup(rds, source, signal);
    } finally {
      if (source.status === 'backing-up') source.status = 'available';
    }
    await removeExpired(rds, source);
  });
}

async function takeBackup(rds: Rds, instance: Instance, signal: AbortSignal): Promise<void> {
  instance.status = 'backing-up';
  const name = automatedSnapshotName(rds, instance);
  const snapshot = registerSnapshot(rds, instance, name, 'automated', []);
  await lasting(rds, rds.durations.automatedBackup, signal, () => runSnapshot(rds, instance, snapshot, signal));
}

/** Days pass as fast as waits do. The newest backup stays however old it is. */
async function removeExpired(rds: Rds, instance: Instance): Promise<void> {
  const oldest = rds.clock.now().getTime() - (instance.traits.backupRetentionPeriod * day) / rds.clock.speed;
  const usable = automatedSnapshots(rds, instance).filter(({ instant }) => instant !== undefined);
  for (const snapshot of usable.slice(0, -1)) {
    if ((snapshot.createdAt?.getTime() ?? oldest) >= oldest) continue;
    rds.region(instance.region).snapshots.delete(snapshot.identifier);
    await removeFiles(rds, snapshot);
  }
  const [first] = automatedSnapshots(rds, instance).filter(({ instant }) => instant !== undefined);
  const backup = rds.region(instance.region).automatedBackups.get(instance.resourceId);
  if (first === undefined || backup === undefined || backup.readers.size > 0) return;
  const label = await readFile(path.join(dataDirectoryOf(first.directory), 'backup_label'), 'utf8');
  const file = /^START WAL LOCATION: \S+ \(file (\w{24})\)/m.exec(label)?.[1];
  if (file !== undefined) await pruneArchive(rds.engine.archiveDirectory(instance), file);
}

/** Oldest first. */
export function automatedSnapshots(rds: Rds, { region, resourceId }: Instance): Snapshot[] {
  return [...rds.region(region).snapshots.values()]
    .filter((snapshot) => snapshot.type === 'automated' && snapshot.resourceId === resourceId)
    .sort((a, b) => (a.instant?.notAfter.getTime() ?? Infinity) - (b.instant?.notAfter.getTime() ?? Infinity));
}

/** The end of the oldest backup; undefined before there is one. */
export function earliestRestorableTime(rds: Rds, instance: Instance): Date | undefined {
  return endOf(automatedSnapshots(rds, instance)[0]);
}

const endOf = (oldest: BackupBase | undefined): Date | undefined =>
  oldest?.instant === undefined ? undefined : wholeSecond(new Date(oldest.instant.notAfter.getTime() + 999));

/** What a restore to a time reads, oldest base first, and between which moments it can choose. */
export function contentOf(rds: Rds, { source, replica }: AutomatedBackup) {
  const bases: readonly BackupBase[] =
    replica === undefined ? automatedSnapshots(rds, source) : [...replica.bases.values()];
  return {
    bases,
    archive: rds.engine.archiveDirectory({ region: replica?.region ?? source.region, resourceId: source.resourceId }),
    earliest: endOf(bases[0]),
    latest: replica === undefined ? source.latestRestorableTime : replica.latest,
  };
}

export function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}

/** Ends the backups of an instance and removes what there is of them. */
export async function removeBackups(rds: Rds, instance: Instance): Promise<void> {
  const { snapshots, automatedBackups } = rds.region(instance.region);
  const backup = automatedBackups.get(instance.resourceId);
  automatedBackups.delete(instance.resourceId);
  instance.latestRestorableTime = undefined;
  for (const snapshot of automatedSnapshots(rds, instance)) {
    snapshots.delete(snapshot.identifier);
    await removeFiles(rds, snapshot);
  }
  if (backup !== undefined) await removeFiles(rds, { ...backup, directory: rds.engine.archiveDirectory(instance) });
}
