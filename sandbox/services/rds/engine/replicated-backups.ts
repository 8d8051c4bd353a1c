import { isLinkCut } from '../model/links.ts';
import type { AutomatedBackup, BackupReplica } from '../model/model.ts';
import type { Rds } from '../rds.ts';
import { automatedSnapshots } from './automated-backups.ts';
import { reading, removeFiles } from './snapshot-files.ts';

/** RestoreTime knows whole seconds: more often would be for nothing. True milliseconds. */
const shortestPause = 1_000;

/** Sends what is new of the backups of an instance to another region, for as long as somebody wants it there. */
export function beginReplication(rds: Rds, backup: AutomatedBackup & { readonly replica: BackupReplica }): void {
  const { source, replica } = backup;
  const isWanted = () =>
    rds.region(replica.region).automatedBackups.get(source.resourceId) === backup && !backup.isRetained;
  rds.background.start(async (signal) => {
    while (isWanted()) {
      // What fails is tried again, and until then the unmoved time reports it.
      if (!isLinkCut(rds, source.region, replica.region)) await send(rds, backup, signal).catch(() => {});
      await rds.clock.wait(Math.max(rds.durations.archive, shortestPause * rds.clock.speed), signal);
    }
  });
}

async function send(
  rds: Rds,
  { source, replica }: AutomatedBackup & { readonly replica: BackupReplica },
  signal: AbortSignal,
): Promise<void> {
  const { latestRestorableTime } = source;
  for (const snapshot of automatedSnapshots(rds, source)) {
    if (snapshot.status !== 'available' || replica.bases.has(snapshot.identifier)) continue;
    const directory = rds.engine.snapshotDirectory(replica.region, snapshot.identifier);
    await reading(snapshot, () => rds.engine.copySnapshot(snapshot.directory, directory, signal));
    replica.bases.set(snapshot.identifier, { directory, instant: snapshot.instant });
  }
  const to = rds.engine.archiveDirectory({ region: replica.region, resourceId: source.resourceId });
  await rds.engine.copyArchive(rds.engine.archiveDirectory(source), to);
  // The log up to this moment was there before it was copied.
  replica.latest = latestRestorableTime ?? replica.latest;
}

/** Ends a replicated backup and removes what there is of it here; that of the instance stays. */
export async function removeReplica(rds: Rds, backup: AutomatedBackup & { readonly replica: BackupReplica }) {
  const { source, replica, readers } = backup;
  rds.region(replica.region).automatedBackups.delete(source.resourceId);
  const directories = [...replica.bases.values()].map(({ directory }) => directory);
  const archive = rds.engine.archiveDirectory({ region: replica.region, resourceId: source.resourceId });
  for (const directory of [...directories, archive]) await removeFiles(rds, { readers, directory });
}

export const isReplicated = (
  backup: AutomatedBackup,
): backup is AutomatedBackup & { readonly replica: BackupReplica } => backup.replica !== undefined;
