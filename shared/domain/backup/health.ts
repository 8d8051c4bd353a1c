import { tagKeys } from '../resource/throw-away.ts';
import { isOddInHistory } from './history.ts';
import { isTwinOfVerified, isVerified, type KeptSnapshot, whyNotOurBackup } from './retention.ts';

export type BackupHealth = {
  /**
   * Since the moment that the newest snapshot of the region preserves that was verified, here or in the other region by
   * its copy or its original; undefined when there is none.
   */
  readonly verifiedHours: number | undefined;
  /** The same of those that were restored and verified here. */
  readonly provenHereHours: number | undefined;
  /** Since the newest moment that a restore to a point in time could reach; undefined when RDS reports none. */
  readonly restorableSeconds: number | undefined;
  /** The same by the backups that are replicated to this region; undefined when none are, or none is whole yet. */
  readonly replicatedSeconds: number | undefined;
  readonly isSizeOdd: boolean;
  readonly isDurationOdd: boolean;
};

export type PastRun = {
  readonly startedAt: string;
  readonly recordedAt: string;
  readonly sourceBytes: number | null;
  readonly verdict: string;
};

/** How well the backups of a database are; `history` is oldest first. Runs that proved nothing report no size or duration. */
export function backupHealth(
  database: string,
  found: {
    readonly snapshots: readonly KeptSnapshot[];
    readonly latestRestorableTime: Date | undefined;
    readonly latestReplicatedTime: Date | undefined;
    readonly history: readonly PastRun[];
  },
  now: Date,
): BackupHealth {
  const ours = found.snapshots.filter(
    (one) => whyNotOurBackup(one) === undefined && one.tags[tagKeys.database] === database,
  );
  const sound = found.history.filter(({ verdict }) => verdict === 'exact' || verdict === 'bounded');
  return {
    verifiedHours: hoursSinceNewest(
      ours.filter((one) => isVerified(one) || isTwinOfVerified(one)),
      now,
    ),
    provenHereHours: hoursSinceNewest(ours.filter(isVerified), now),
    restorableSeconds: secondsSince(found.latestRestorableTime, now),
    replicatedSeconds: secondsSince(found.latestReplicatedTime, now),
    isSizeOdd: isOddInHistory(sound.map(({ sourceBytes }) => sourceBytes ?? 0)),
    isDurationOdd: isOddInHistory(
      sound.map(({ startedAt, recordedAt }) => Date.parse(recordedAt) - Date.parse(startedAt)),
    ),
  };
}

const secondsSince = (at: Date | undefined, now: Date): number | undefined =>
  at === undefined ? undefined : (now.getTime() - at.getTime()) / 1000;

function hoursSinceNewest(snapshots: readonly KeptSnapshot[], now: Date): number | undefined {
  const newest = snapshots
    .flatMap(({ takenAt }) => (takenAt === undefined ? [] : [takenAt.getTime()]))
    .reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  return Number.isFinite(newest) ? (now.getTime() - newest) / 3_600_000 : undefined;
}
