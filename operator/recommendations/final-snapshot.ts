/** By this tag a second run finds the snapshot of the first one; its value is the entry's id. */
export const finalSnapshotTag = 'pg-gameday:final-snapshot-of';

export type FinalSnapshot = {
  readonly id: string;
  readonly volumeId: string;
  readonly state: string;
  readonly createdAt: Date | undefined;
  readonly tags: Readonly<Record<string, string>>;
};

/** A volume may have been used between two runs, which AWS does not report: an older snapshot is not the last word. */
const trustedHours = 24;

/** The snapshot with which an interrupted run goes on; undefined where one has to be taken. */
export function usableSnapshot(
  snapshots: readonly FinalSnapshot[],
  { entryId, volumeId, now }: { readonly entryId: string; readonly volumeId: string; readonly now: Date },
): FinalSnapshot | undefined {
  return snapshots
    .filter((one) => one.volumeId === volumeId && one.tags[finalSnapshotTag] === entryId)
    .filter(({ state }) => state === 'pending' || state === 'completed')
    .filter(({ createdAt }) => now.getTime() - (createdAt?.getTime() ?? Number.NaN) < trustedHours * 3_600_000)
    .sort((one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0))[0];
}
