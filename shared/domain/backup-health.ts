import { isOddInHistory } from './backup-history.ts';
import { isCopyOfVerified, isVerified, type KeptSnapshot, whyNotOurBackup } from './retention.ts';
import { tagKeys } from './throw-away.ts';

export type BackupHealth = {
  /**
   * Since the moment that the newest verified snapshot of the region preserves, or the newest copy of a verified one;
   * undefined when there is none.
   */
  readonly verifiedHours: number | undefined;
  /** Since the newest moment that a restore to a point in time could reach; undefined when RDS tells none. */
  readonly restorableSeconds: number | undefined;
  readonly isSizeOdd: boolean;
  readonly isDurationOdd: boolean;
};

export type PastRun = {
  readonly startedAt: string;
  readonly recordedAt: string;
  readonly sourceBytes: number | null;
  readonly verdict: string;
};

/** How well the backups of a database are; `history` is oldest first. Runs that proved nothing tell no size or duration. */
export function backupHealth(
  database: string,
  found: {
    readonly snapshots: readonly KeptSnapshot[];
    readonly latestRestorableTime: Date | undefined;
    readonly history: readonly PastRun[];
  },
  now: Date,
): BackupHealth {
  const newest = found.snapshots
    .filter((one) => whyNotOurBackup(one) === undefined && one.tags[tagKeys.database] === database)
    .filter((one) => isVerified(one) || isCopyOfVerified(one))
    .flatMap(({ takenAt }) => (takenAt === undefined ? [] : [takenAt.getTime()]))
    .reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const sound = found.history.filter(({ verdict }) => verdict === 'exact' || verdict === 'bounded');
  return {
    verifiedHours: Number.isFinite(newest) ? (now.getTime() - newest) / 3_600_000 : undefined,
    restorableSeconds:
      found.latestRestorableTime === undefined
        ? undefined
        : (now.getTime() - found.latestRestorableTime.getTime()) / 1000,
    isSizeOdd: isOddInHistory(sound.map(({ sourceBytes }) => sourceBytes ?? 0)),
    isDurationOdd: isOddInHistory(
      sound.map(({ startedAt, recordedAt }) => Date.parse(recordedAt) - Date.parse(startedAt)),
    ),
  };
}
